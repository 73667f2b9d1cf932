package models

import (
	"math/bits"
	"slices"
	"strconv"
	"time"
)

// VoiceBy is what people are counted by.
type VoiceBy string

// What people are counted by.
const (
	ByStaffGroup VoiceBy = "staff-group"
	ByBand       VoiceBy = "band"
	BySetting    VoiceBy = "setting"
	ByRegion     VoiceBy = "region"
	ByKind       VoiceBy = "kind"
)

// VoiceBys lists what people are counted by, in the order in which it is shown.
func VoiceBys() []VoiceBy { return []VoiceBy{ByStaffGroup, ByBand, BySetting, ByRegion, ByKind} }

// Label names it as a person reads it.
func (b VoiceBy) Label() string {
	return map[VoiceBy]string{ByStaffGroup: "Staff group", ByBand: "Pay band or grade", BySetting: "Care setting", ByRegion: "Region or nation", ByKind: "Kind of organisation"}[b]
}

// HasMix tells whether an admin can say how the workforce is made up by it.
func (b VoiceBy) HasMix() bool { return b != BySetting && b.Label() != "" }

// VoiceDid is what people are counted for.
type VoiceDid string

// What people are counted for.
const (
	DidPost    VoiceDid = "posted"
	DidVote    VoiceDid = "voted"
	DidComment VoiceDid = "commented"
	WasHeard   VoiceDid = "answered"
	WasAdopted VoiceDid = "adopted"
)

// VoiceDids lists what people are counted for, in the order in which it is shown.
func VoiceDids() []VoiceDid { return []VoiceDid{DidPost, DidVote, DidComment, WasHeard, WasAdopted} }

// Label says it as a person reads it, after "people who".
func (d VoiceDid) Label() string {
	return map[VoiceDid]string{DidPost: "posted", DidVote: "voted", DidComment: "commented", WasHeard: "got a first response", WasAdopted: "were adopted from"}[d]
}

// private tells whether only the site knows who did it.
func (d VoiceDid) private() bool { return d == DidVote }

// The periods that are no calendar year.
const (
	VoicesYear = "12-months"
	VoicesEver = "all"
)

// How counts are kept from telling who somebody is; docs/voices.md says why that
// is enough.
const (
	VoiceStep  = 5 // counts are rounded to it
	VoiceLeast = 8 // and those below are not shown: the smallest to be seen is 10
	VoiceApart = 5 // two counts that are both shown differ by nobody, or by as many people at least
	voiceTimed = 15
)

// Voice is a person as far as they are counted.
type Voice struct {
	ID                              string
	StaffGroup, Band, Region, Where string // Where is the kind of organisation
	Settings                        []string
}

// Values gives what the person is counted under.
func (v *Voice) Values(by VoiceBy) []string {
	one := map[VoiceBy]string{ByStaffGroup: v.StaffGroup, ByBand: v.Band, ByRegion: v.Region, ByKind: v.Where}[by]
	switch {
	case by == BySetting:
		return v.Settings
	case one == "":
		return nil
	}
	return []string{one}
}

// VoiceAct says that somebody did something.
type VoiceAct struct {
	Person    int // place in the list of people
	At, Known int64
	Hours     float64 // to the first response
}

// VoiceColumn is how many people did one thing in one period, as it is shown:
// made once, for a quarter that is over, and not changed after.
type VoiceColumn struct {
	Period   string
	Did      VoiceDid
	From, To time.Time // From is zero for all time
	Held     bool      // it is not shown, since who else is shown would tell too much
	People   int       // how many are in it, which nobody is shown
	Counts   map[VoiceBy]map[string]int
	Times    map[VoiceBy]map[string]VoiceTime // of first responses, the median
}

// VoiceTime is a stretch of time in which a median lies.
type VoiceTime string

var voiceTimes = []struct {
	time  VoiceTime
	below float64
	label string
}{{"day", 24, "within a day"}, {"days", 72, "1 to 3 days"}, {"week", 168, "3 to 7 days"}, {"fortnight", 336, "1 to 2 weeks"}, {"month", 720, "2 to 4 weeks"}, {"longer", 0, "more than 4 weeks"}}

// Label says it as a person reads it.
func (t VoiceTime) Label() string {
	for _, one := range voiceTimes {
		if one.time == t {
			return one.label
		}
	}
	return ""
}

func voiceTimeOf(hours float64) VoiceTime {
	for _, t := range voiceTimes {
		if t.below == 0 || hours < t.below {
			return t.time
		}
	}
	return ""
}

// VoicesUntil gives the end of the last quarter that is over.
func VoicesUntil(now time.Time) time.Time {
	now = now.UTC()
	return time.Date(now.Year(), (now.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
}

// WantedVoices lists the columns that are to be made of the quarters before to:
// what was made, or held, is there already. first is when anything was first done.
func WantedVoices(had []VoiceColumn, first, to time.Time) (out []VoiceColumn) {
	type key struct {
		period string
		did    VoiceDid
		to     int64
	}
	made := map[key]bool{}
	for _, c := range had {
		made[key{c.Period, c.Did, c.To.Unix()}] = true
	}
	add := func(period string, from, to time.Time) {
		for _, d := range VoiceDids() {
			if !made[key{period, d, to.Unix()}] {
				out = append(out, VoiceColumn{Period: period, Did: d, From: from, To: to})
			}
		}
	}
	if first.IsZero() || !first.Before(to) {
		return nil
	}
	add(VoicesEver, time.Time{}, to)
	add(VoicesYear, to.AddDate(-1, 0, 0), to)
	for y := to.Year() - 1; y >= first.UTC().Year(); y-- {
		add(strconv.Itoa(y), time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(y+1, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	return out
}

// VoiceCount is what is counted, by whom, and who is left out of which table: a
// draw that only the site can repeat.
type VoiceCount struct {
	People  []Voice
	Acts    map[VoiceDid][]VoiceAct
	LeftOut func(by VoiceBy, id string) bool
}

// Make makes columns in turn and gives all of them, those that are held too. had
// is every column that was ever made.
func (n *VoiceCount) Make(had, wanted []VoiceColumn) []VoiceColumn {
	shown := map[int]voiceSet{} // by place in all
	all := slices.Clone(had)
	for i, c := range all {
		if !c.Held {
			shown[i], _ = n.set(&c)
		}
	}
	for _, c := range wanted {
		set, hours := n.set(&c)
		c.People, c.Held = set.len(), !n.apart(all, shown, &c, set)
		if !c.Held {
			n.fill(&c, set, hours)
			shown[len(all)] = set
		}
		all = append(all, c)
	}
	return all[len(had):]
}

// apart tells whether a column can be shown beside all that were: nobody sees it
// differ from another by so few people that they could be named.
func (n *VoiceCount) apart(all []VoiceColumn, shown map[int]voiceSet, c *VoiceColumn, set voiceSet) bool {
	few := func(people int) bool { return people != 0 && people < VoiceApart && people > -VoiceApart }
	for i, other := range shown {
		o := &all[i]
		if o.Did != c.Did && (o.Did.private() || c.Did.private()) {
			continue // nobody can know by whom they differ
		}
		// Who closed their account since, or took back what they did, is in no list any more.
		left, came := other.without(set)+o.People-other.len(), set.without(other)
		if o.Did == c.Did && o.Period == c.Period && left == 0 && came == 0 {
			return false // what differs is what somebody said of themselves
		}
		if few(left) || few(came) {
			return false
		}
	}
	return true
}

// set gives who did what a column counts, and how long each waited.
func (n *VoiceCount) set(c *VoiceColumn) (voiceSet, map[int][]float64) {
	set, hours := make(voiceSet, len(n.People)/64+1), map[int][]float64{}
	from, to := int64(0), c.To.Unix()
	if !c.From.IsZero() {
		from = c.From.Unix()
	}
	for _, a := range n.Acts[c.Did] {
		if a.At >= from && a.At < to && a.Known < to {
			set.add(a.Person)
			if c.Did == WasHeard {
				hours[a.Person] = append(hours[a.Person], a.Hours)
			}
		}
	}
	return set, hours
}

// fill counts: each person once in each table, however much they did.
func (n *VoiceCount) fill(c *VoiceColumn, set voiceSet, hours map[int][]float64) {
	c.Counts, c.Times = map[VoiceBy]map[string]int{}, map[VoiceBy]map[string]VoiceTime{}
	for _, by := range VoiceBys() {
		counts, waits := map[string]int{}, map[string][]float64{}
		for i := range n.People {
			p := &n.People[i]
			if !set.has(i) || n.LeftOut(by, p.ID) {
				continue
			}
			for _, value := range p.Values(by) {
				counts[value]++
				if c.Did == WasHeard {
					waits[value] = append(waits[value], mean(hours[i]))
				}
			}
		}
		c.Counts[by], c.Times[by] = map[string]int{}, map[string]VoiceTime{}
		for value, count := range counts {
			if count < VoiceLeast {
				continue
			}
			c.Counts[by][value] = (count + VoiceStep/2) / VoiceStep * VoiceStep
			if c.Did == WasHeard && c.Counts[by][value] >= voiceTimed {
				c.Times[by][value] = voiceTimeOf(median(waits[value]))
			}
		}
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	return sum / float64(max(len(list), 1))
}

func median(list []float64) float64 {
	slices.Sort(list)
	if len(list) == 0 {
		return 0
	}
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// voiceSet is a set of people by their place in the list.
type voiceSet []uint64

func (s voiceSet) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s voiceSet) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s voiceSet) len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// without counts those of the set who are not in another.
func (s voiceSet) without(t voiceSet) (n int) {
	for i, w := range s {
		n += bits.OnesCount64(w &^ t[i])
	}
	return n
}
