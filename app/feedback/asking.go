package feedback

import (
	"context"
	"slices"
	"time"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

const (
	// fillEvery is how often ideas are looked at of which fewer people could be
	// asked than should be, since all had been asked often enough.
	fillEvery = 24 * time.Hour
	// fillAtOnce is how many of these are read at once.
	fillAtOnce = 200
	// questionsEvery is how often questions are looked for that nobody has answered.
	questionsEvery = time.Hour
)

// ask is the job that asks people about an idea, or about a question.
type ask struct {
	Study    string `json:"study"`
	Question string `json:"question,omitempty"` // id of the comment
}

// Kind implements jobs.Args.
func (ask) Kind() string { return "feedback.ask" }

// fill is the job that looks for ideas about which more people can be asked.
type fill struct{}

// Kind implements jobs.Args.
func (fill) Kind() string { return "feedback.fill" }

// questions is the job that looks for questions that nobody has answered.
type questions struct{}

// Kind implements jobs.Args.
func (questions) Kind() string { return "feedback.questions" }

// Offer has people asked about a case study that can be read from now on, in the
// transaction in which it is published. What is no idea is nobody asked about.
func (f *Feature) Offer(ctx context.Context, cs models.CaseStudy) error {
	if f.site.Feedback.People == 0 || !cs.Asks(f.site.Now()) {
		return nil
	}
	return f.queue.Enqueue(ctx, ask{Study: cs.ID})
}

// ask asks those best placed, and tells them in the same transaction: run again,
// after a crash too, it asks nobody twice.
func (f *Feature) ask(ctx context.Context, a ask) error {
	q, err := f.asking(ctx, a)
	if kind := models.KindOf(err); kind == models.NotFound || err == nil && q == nil {
		return nil // gone, further or answered meanwhile
	}
	if err != nil || len(q.Known) == 0 {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		asked, err := f.store.Ask(ctx, *q)
		if err != nil {
			return err
		}
		for _, one := range asked {
			if err := f.TellAsked(ctx, one, q.Asker.ID); err != nil {
				return err
			}
		}
		if len(asked) > 0 {
			f.store.AfterCommit(ctx, f.site.PeopleChanged)
		}
		return nil
	})
}

// asking gives what people are to be asked; nil when nobody is to be any more.
func (f *Feature) asking(ctx context.Context, a ask) (*store.AskQuery, error) {
	cs, err := f.store.CaseStudy(ctx, a.Study)
	if err != nil || a.Question == "" && !cs.Asks(f.site.Now()) {
		return nil, err
	}
	q := &store.AskQuery{Study: cs, Question: a.Question, Rules: f.site.Feedback}
	asker := cs.OwnerID
	if a.Question == "" {
		q.Known, err = f.about(ctx, &cs)
	} else {
		var c models.Comment
		if c, err = f.store.Comment(ctx, a.Question); err == nil {
			err = f.store.AddReplies(ctx, &c)
		}
		if err != nil || !cs.AsksAbout(&c, f.site.Now()) {
			return nil, err
		}
		asker = c.AuthorID
		q.Known, err = f.asksOf(ctx, &cs, &c)
	}
	if err != nil {
		return nil, err
	}
	p, err := f.store.PersonByID(ctx, asker)
	if q.Asker = &p; err != nil || p.ClosedAt != nil {
		return nil, err
	}
	return q, nil
}

// asksOf gives what a question is about: what its words name, and where these name
// nothing that somebody can know, what its case study is about.
func (f *Feature) asksOf(ctx context.Context, cs *models.CaseStudy, c *models.Comment) ([]models.Known, error) {
	named, err := f.Named(ctx, c.Body)
	if err != nil {
		return nil, err
	}
	if named, err = f.telling(ctx, named); err != nil || slices.ContainsFunc(named, func(k models.Known) bool { return k.Kind != models.KnowSetting }) {
		return named, err
	}
	return f.about(ctx, cs)
}

// about gives what a case study is about that people can know, by what it is filed
// under and by what its words name, since most ideas begin as words alone: not what
// stands for no one system or standard.
func (f *Feature) about(ctx context.Context, cs *models.CaseStudy) ([]models.Known, error) {
	known, err := f.store.KnownIn(ctx, cs)
	if err != nil {
		return nil, err
	}
	named, err := f.Named(ctx, cs.Title+" . "+cs.Summary+" . "+cs.Body)
	if err != nil {
		return nil, err
	}
	for _, k := range named {
		if !slices.Contains(known, k) {
			known = append(known, k)
		}
	}
	return f.telling(ctx, known)
}

// telling leaves out what stands for no one system or standard.
func (f *Feature) telling(ctx context.Context, known []models.Known) ([]models.Known, error) {
	v, err := f.site.Vocabulary(ctx)
	return slices.DeleteFunc(known, func(k models.Known) bool {
		return k.Value == models.Unknown || k.Kind == models.KnowSystem && v != nil &&
			slices.ContainsFunc(v.Systems, func(s models.System) bool { return s.Slug == k.Value && s.Kind == models.KindGeneric })
	}), err
}

func (f *Feature) fill(ctx context.Context, _ fill) error { return f.Fill(ctx) }

// Fill has people asked about ideas of which fewer were than should be.
func (f *Feature) Fill(ctx context.Context) error {
	if f.site.Feedback.People == 0 {
		return nil
	}
	since := f.site.Now().Add(-models.AskedWithin)
	for after := ""; ; {
		ids, err := f.store.IdeasToAskAbout(ctx, since, f.site.Feedback.People, after, fillAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids { // in turn, so that the oldest has the first choice
			if err := f.ask(ctx, ask{Study: id}); err != nil {
				return err
			}
		}
		after = ids[len(ids)-1]
	}
}

func (f *Feature) questions(ctx context.Context, _ questions) error { return f.AskQuestions(ctx) }

// AskQuestions has people asked about questions that those who wrote the case
// study have left unanswered for models.QuestionWaits.
func (f *Feature) AskQuestions(ctx context.Context) error {
	if f.site.Feedback.People == 0 {
		return nil
	}
	now := f.site.Now()
	for after := ""; ; {
		list, err := f.store.QuestionsToAskAbout(ctx, now.Add(-models.AskedWithin), now.Add(-models.QuestionWaits), f.site.Feedback.People, after, fillAtOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, q := range list {
			if err := f.ask(ctx, ask{q.CaseStudyID, q.ID}); err != nil {
				return err
			}
		}
		after = list[len(list)-1].ID
	}
}

// Asked gives a page of what a person was asked and may still read, the newest
// first. next is where the page after begins; empty when there is none.
func (f *Feature) Asked(ctx context.Context, p *models.Person, before string, limit int) (list []models.Ask, next string, err error) {
	if before != "" && !models.ValidID(before) {
		return nil, "", models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	all, more, err := f.store.Asks(ctx, p.ID, before, limit)
	if err != nil {
		return nil, "", err
	}
	if more {
		next = all[len(all)-1].ID
	}
	for _, a := range all {
		may, err := f.mayRead(ctx, p, &a)
		if err != nil {
			return nil, "", err
		}
		if may {
			list = append(list, a)
		}
	}
	return list, next, nil
}

// mayRead asks the database only of what not everybody may read.
func (f *Feature) mayRead(ctx context.Context, p *models.Person, a *models.Ask) (bool, error) {
	if a.Status == models.Published {
		return true, nil
	}
	cs, err := f.store.CaseStudy(ctx, a.CaseStudyID)
	if err == nil {
		err = f.site.MayRead(ctx, p, &cs)
	}
	if kind := models.KindOf(err); kind == models.NotFound || kind == models.Gone {
		return false, nil
	}
	return err == nil, err
}

// Decline says for a person that they do not answer something this time: somebody
// else is asked. Doing it again changes nothing.
func (f *Feature) Decline(ctx context.Context, p *models.Person, id string) (models.Ask, error) {
	if !models.ValidID(id) {
		return models.Ask{}, models.E(models.NotFound, "You were not asked this, or it is not there any more.")
	}
	a, err := f.store.AskOf(ctx, p.ID, id)
	if err != nil {
		return a, err
	}
	if a.State() == models.AskAnswered {
		return a, models.E(models.Conflict, "You have answered this already.")
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		changed, err := f.store.DeclineAsk(ctx, p.ID, id)
		if err != nil || !changed {
			return err
		}
		return f.queue.Enqueue(ctx, ask{a.CaseStudyID, a.QuestionID})
	})
	if err != nil {
		return a, err
	}
	return f.store.AskOf(ctx, p.ID, id)
}

// Choose keeps how often a person wants to be asked within a week; nil is as
// usual, 0 never.
func (f *Feature) Choose(ctx context.Context, p *models.Person, n *int) error {
	if err := models.ValidAsksAWeek(n); err != nil {
		return err
	}
	return f.store.SetAsksAWeek(ctx, p.ID, n)
}

// why says why somebody is asked.
func (f *Feature) why(v *web.Vocabulary, a *models.Ask) string { return web.WhyAsked(v, a.Why) }
