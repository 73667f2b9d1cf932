package ballots

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// votePage says how people vote, and while they do has the ballot.
func (f *Feature) votePage(c *fiber.Ctx) error {
	p := web.Person(c)
	ctx := c.UserContext()
	if p != nil {
		ctx = web.SeeOwn(c)
	}
	s, err := f.read(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showVote(c, fiber.StatusOK, p, s, nil, nil)
}

// showVote shows the ballot; typed is what was sent, nil for what is kept.
func (f *Feature) showVote(c *fiber.Ctx, status int, p *models.Person, s *state, typed map[string]string, errors []templates.FieldError) error {
	ctx, now := c.UserContext(), f.site.Now()
	page := templates.VotePage{Title: s.campaign.Title, URL: web.CampaignURL(&s.campaign) + "/vote", Rules: rulesOf(&s.ballot), Have: s.ballot.Have, Rule: string(s.ballot.Rule), Secret: s.ballot.Secret, Errors: errors,
		Open: s.ballot.IsOpen(&s.campaign, now), Over: s.ballot.Over(&s.campaign, now)}
	page.Opens, _ = s.campaign.Starts(s.ballot.Stage)
	page.Closes, _ = s.campaign.Ends(s.ballot.Stage)
	organiser := p.May(models.RunCampaign, models.Subject{})
	if organiser {
		page.RulesURL, page.SignsURL = web.CampaignURL(&s.campaign)+"/ballot", web.CampaignURL(&s.campaign)+"/signs"
	}
	if p == nil {
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(page.URL)
	} else if err := f.ownPart(c, p, s, &page, typed); err != nil {
		return err
	}
	var counted Result
	if page.Counts = s.ballot.ShowsCounts(&s.campaign, now) || organiser && page.Over; page.Counts {
		var err error
		if counted, err = f.count(ctx, s); err != nil {
			return err
		}
		page.Turnout, page.Loose = counted.Turnout, len(counted.Strengths.Groups) > 1
		page.Results = resultLines(s, counted)
	}
	shell := f.site.CampaignShell(c, "Vote", &s.campaign)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.Vote(page))
}

// ownPart puts in what somebody who is signed in can vote for, and has.
func (f *Feature) ownPart(c *fiber.Ctx, p *models.Person, s *state, page *templates.VotePage, typed map[string]string) error {
	ctx := c.UserContext()
	var err error
	if page.Voted, err = f.store.HasVoted(ctx, s.campaign.ID, p.ID); err != nil {
		return err
	}
	if !page.Open {
		return nil
	}
	if s.ballot.Rule == judging.Pairwise {
		left, right, done, ok, err := f.pair(ctx, p, s)
		if err != nil {
			return err
		}
		page.PairsDone = done
		if ok {
			page.Pair = []templates.VoteLine{lineOf(s, left), lineOf(s, right)}
		}
		return nil
	}
	kept := map[string]int{}
	if !s.ballot.Secret {
		if kept, err = f.store.OwnVotes(ctx, s.campaign.ID, p.ID); err != nil {
			return err
		}
	}
	for _, e := range s.entries {
		l := line(e)
		l.Own = e.IsOwn(p.ID)
		if n := kept[e.CaseStudyID]; n > 0 {
			l.Votes = strconv.Itoa(n)
		}
		if typed != nil {
			l.Votes = typed[e.CaseStudyID]
		}
		page.Lines = append(page.Lines, l)
	}
	return nil
}

func line(e judging.Contestant) templates.VoteLine {
	return templates.VoteLine{ID: e.CaseStudyID, Title: e.Title, Summary: e.Summary, Organisation: cmp.Or(e.OrgName, e.Organisation), URL: "/case-studies/" + e.Slug}
}

func lineOf(s *state, id string) templates.VoteLine {
	i := slices.IndexFunc(s.entries, func(e judging.Contestant) bool { return e.CaseStudyID == id })
	return line(s.entries[i])
}

// resultLines shows what entries have.
func resultLines(s *state, r Result) (out []templates.VoteResult) {
	for _, one := range results(s, r) {
		l := lineOf(s, one.ID)
		out = append(out, templates.VoteResult{Title: l.Title, URL: l.URL, Organisation: l.Organisation, Place: one.Place.Place, Tied: one.Tied, Count: one.Count})
	}
	return out
}

// result is what an entry has, and where it stands by that.
type result struct {
	judging.Place
	Count int // votes, or in pairs how often of 100 times it is preferred to an average entry
}

// results puts the entries in the order of what they have, with ties said.
func results(s *state, r Result) (out []result) {
	score := map[string]float64{}
	for _, t := range r.Tallies {
		score[t.CaseStudyID] = float64(t.Votes)
	}
	for id, log := range r.Strengths.Log {
		score[id] = 100 / (1 + math.Exp(-log)) // how often it is preferred to an average entry
	}
	var contenders []judging.Contender
	for _, e := range s.entries {
		contenders = append(contenders, judging.Contender{ID: e.CaseStudyID, Score: score[e.CaseStudyID]})
	}
	for _, place := range judging.Rank(contenders, 0) {
		out = append(out, result{place, int(math.Round(score[place.ID]))})
	}
	return out
}

// rulesOf says the rules of a ballot, a sentence each.
func rulesOf(b *judging.Ballot) []string {
	out := []string{}
	switch b.Rule {
	case judging.Open:
		out = append(out, "You can vote for as many entries as you like, once for each.")
	case judging.Equal:
		out = append(out, "Everybody has "+templates.FormatCount(b.Have, "vote", "votes")+", and gives an entry one at most.")
	case judging.Quadratic:
		out = append(out, "Everybody has "+templates.FormatCount(b.Have, "credit", "credits")+". One vote for an entry costs 1 credit, two cost 4, three cost 9: the number of votes times itself.")
	case judging.Pairwise:
		out = append(out, "You are shown two entries at a time and say which is better, "+templates.FormatCount(b.Have, "time", "times")+" at most. Which two you are shown is decided by lot.")
	}
	out = append(out, "Nobody can vote for an entry of their own.")
	if b.Secret {
		out = append(out, "The vote is secret: it is kept who voted, and how many votes each entry has, but not who voted for what. So a vote cannot be changed once it is given.")
	} else {
		out = append(out, "The vote is not secret: organisers can see who voted for what, and are shown signs of votes that were traded. You can change your vote for as long as voting is open.")
	}
	switch b.Counts {
	case judging.CountsAlways:
		out = append(out, "Everybody sees the counts while people vote.")
	case judging.CountsAfter:
		out = append(out, "Everybody sees the counts with the results.")
	case judging.CountsNever:
		out = append(out, "Only the organisers see the counts, once voting is over.")
	}
	return out
}

// vote takes a ballot, or which of two is better.
func (f *Feature) vote(c *fiber.Ctx, p *models.Person) error {
	ctx, at := web.SeeOwn(c), "/campaigns/"+c.Params("slug")+"/vote"
	if web.HasField(c, "better") {
		better, worse, _ := strings.Cut(web.Value(c, "better"), ":")
		if err := f.Prefer(ctx, p, c.Params("slug"), better, worse); err != nil {
			return err
		}
		return f.site.Done(c, at, "That is kept. Here is the next pair.")
	}
	typed, votes, bad := map[string]string{}, map[string]int{}, false
	for _, id := range web.Values(c, "votes") {
		typed[id], votes[id] = "1", 1
	}
	for _, id := range web.Values(c, "entry") {
		value := strings.TrimSpace(web.Value(c, "votes-"+id))
		n, err := strconv.Atoi(cmp.Or(value, "0"))
		bad = bad || err != nil
		typed[id], votes[id] = value, n
	}
	var s *state
	err := error(models.InvalidField("votes", "Enter whole numbers of votes, or nothing"))
	if bad {
		var reading error
		if s, reading = f.open(ctx, p, c.Params("slug")); reading != nil {
			return reading
		}
	} else if s, err = f.Vote(ctx, p, c.Params("slug"), votes); err == nil {
		return f.site.Done(c, at, "Your vote is counted.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showVote(c, status, p, s, typed, errors)
	})
}

// Link leads to the vote of a campaign from its page, where it has one.
func (f *Feature) Link(c *fiber.Ctx, of *models.Campaign) (templ.Component, error) {
	b, err := f.store.Ballot(c.UserContext(), of.ID)
	there := err == nil
	if err != nil && models.KindOf(err) != models.NotFound {
		return nil, err
	}
	rules := ""
	if web.Person(c).May(models.RunCampaign, models.Subject{}) {
		rules = web.CampaignURL(of) + "/ballot"
	}
	return templates.VoteLink(there, there && b.IsOpen(of, f.site.Now()), web.CampaignURL(of)+"/vote", rules), nil
}
