package judging

import (
	"cmp"
	"slices"
	"time"
)

// Cast is one vote of which it is known who gave it.
type Cast struct {
	Voter, Entry string
	Organisation string // of the voter
	Joined       time.Time
	At           time.Time
}

// SignKind is what a sign is of.
type SignKind string

// The kinds of signs.
const (
	SignNewAccounts SignKind = "new-accounts" // accounts made since the campaign opened vote for one entry alone
	SignReciprocal  SignKind = "reciprocal"   // those who entered two entries vote for each other's, and little else
	SignBurst       SignKind = "burst"        // many votes for one entry from one organisation in a short time
)

// Sign is something in the votes that a person should look at. It proves
// nothing: colleagues who vote together after a team meeting look like a burst.
type Sign struct {
	Kind         SignKind
	Entries      []string // one, or two of a pair
	Organisation string   // of a burst
	Voters       []string // whose votes they are, sorted
	Of           int      // of how many votes for the entry, or for both
	From, To     time.Time
}

// What is taken for a sign. The limits are high enough that a small campaign in
// which everybody knows everybody shows few of them.
const (
	FewestNewAccounts = 3 // accounts
	FewestOfBurst     = 8 // votes
	BurstWithin       = 30 * time.Minute
	MostOfTrade       = 3 // entries that a ballot names which looks like a trade
)

// Signs looks through votes for signs of vote trading and of people who vote
// twice. opened is when the campaign opened; teams gives who entered each entry.
// The answer is the same for the same votes, whatever their order.
func Signs(casts []Cast, teams map[string][]string, opened time.Time) []Sign {
	byEntry, byVoter := map[string][]Cast{}, map[string][]string{}
	for _, c := range casts {
		byEntry[c.Entry] = append(byEntry[c.Entry], c)
		byVoter[c.Voter] = append(byVoter[c.Voter], c.Entry)
	}
	var signs []Sign
	for _, entry := range sortedKeys(byEntry) {
		votes := byEntry[entry]
		slices.SortFunc(votes, func(a, b Cast) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Voter, b.Voter)) })
		var fresh []string
		for _, c := range votes {
			if !c.Joined.Before(opened) && len(byVoter[c.Voter]) == 1 && !slices.Contains(teams[entry], c.Voter) {
				fresh = append(fresh, c.Voter)
			}
		}
		if len(fresh) >= FewestNewAccounts {
			slices.Sort(fresh)
			signs = append(signs, Sign{Kind: SignNewAccounts, Entries: []string{entry}, Voters: fresh, Of: len(votes)})
		}
		signs = append(signs, bursts(entry, votes)...)
	}
	return append(signs, trades(byEntry, byVoter, teams)...)
}

// bursts finds, for each organisation, the window with the most votes.
func bursts(entry string, votes []Cast) []Sign {
	byOrganisation := map[string][]Cast{}
	for _, c := range votes {
		if c.Organisation != "" {
			byOrganisation[c.Organisation] = append(byOrganisation[c.Organisation], c)
		}
	}
	var signs []Sign
	for _, organisation := range sortedKeys(byOrganisation) {
		own := byOrganisation[organisation]
		from, most := 0, 0
		for end, start := 0, 0; end < len(own); end++ {
			for own[end].At.Sub(own[start].At) > BurstWithin {
				start++
			}
			if end-start+1 > most {
				from, most = start, end-start+1
			}
		}
		if most < FewestOfBurst || 2*most < len(votes) {
			continue // a burst is at least half of what the entry has
		}
		sign := Sign{Kind: SignBurst, Entries: []string{entry}, Organisation: organisation, Of: len(votes), From: own[from].At, To: own[from+most-1].At}
		for _, c := range own[from : from+most] {
			sign.Voters = append(sign.Voters, c.Voter)
		}
		slices.Sort(sign.Voters)
		signs = append(signs, sign)
	}
	return signs
}

// trades finds pairs of entries of which at least half of those on each side who
// voted at all voted for the other, on ballots that name little else.
func trades(byEntry map[string][]Cast, byVoter map[string][]string, teams map[string][]string) []Sign {
	given := func(team []string, other string) (voters []string, enough bool) {
		voted := 0
		for _, member := range team {
			named := byVoter[member]
			if len(named) == 0 || slices.Contains(teams[other], member) {
				continue
			}
			voted++
			if slices.Contains(named, other) && len(named) <= MostOfTrade {
				voters = append(voters, member)
			}
		}
		return voters, len(voters) > 0 && 2*len(voters) >= voted
	}
	var signs []Sign
	entries := sortedKeys(teams)
	for i, a := range entries {
		for _, b := range entries[i+1:] {
			if len(byEntry[a]) == 0 || len(byEntry[b]) == 0 {
				continue
			}
			there, enough := given(teams[a], b)
			back, enoughToo := given(teams[b], a)
			if !enough || !enoughToo {
				continue
			}
			voters := slices.Concat(there, back)
			slices.Sort(voters)
			signs = append(signs, Sign{Kind: SignReciprocal, Entries: []string{a, b}, Voters: slices.Compact(voters), Of: len(byEntry[a]) + len(byEntry[b])})
		}
	}
	return signs
}
