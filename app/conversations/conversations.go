// Package conversations is private questions: to those who wrote a case study,
// for an answer or a visit, and to people who agreed to be found by what they
// know. Only those in a conversation read it, and nobody's e-mail address is
// shown.
package conversations

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store

	// Tell has people told that somebody wrote to them, in the transaction in which
	// it was written.
	Tell func(ctx context.Context, conversation, message, author string, people []string) error
	// Report tells the moderators of a person, with the words of a message.
	Report func(ctx context.Context, by *models.Person, about string, reason models.ReportReason, words string) error
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug/ask", f.askTeamPage)
	r.Post("/case-studies/:slug/ask", web.Signed(f.askTeam))
	r.Get("/people/:handle/ask", web.Signed(f.askPersonPage))
	r.Post("/people/:handle/ask", web.Signed(f.askPerson))
	r.Get("/me/conversations", web.Signed(f.list))
	r.Get("/me/conversations/:id", web.Signed(f.show))
	r.Post("/me/conversations/:id", web.Signed(f.reply))
	r.Post("/me/conversations/:id/decline", web.Signed(f.decline))
	r.Post("/me/conversations/:id/block", web.Signed(f.block))
	r.Get("/me/conversations/:id/report/:message", web.Signed(f.reportPage))
	r.Post("/me/conversations/:id/report/:message", web.Signed(f.report))
}

// asking is a question on its way.
type asking struct {
	kind  models.ConversationKind
	study *models.CaseStudy // nil for one to a person
	asked []string          // ids of whom
	body  string
}

var errNobody = models.E(models.Conflict, "Nobody here can be asked about this case study: those who wrote it have no account on this site, or take no questions. You can ask in a comment.")

// team gives those who can be asked about a case study. Of one that came from
// another site there is nobody here.
func (f *Feature) team(ctx context.Context, p *models.Person, cs *models.CaseStudy) ([]string, error) {
	if cs.Copy != nil {
		return nil, models.E(models.Conflict, "This case study came from another site. Ask those who wrote it there.")
	}
	ids, err := f.store.TeamOf(ctx, cs.ID, p.ID)
	if err == nil && len(ids) == 0 {
		err = errNobody
	}
	return ids, err
}

// expert gives somebody who can be asked: they agreed to be found, show what they
// know to whoever asks, and have not blocked them. Who has is told no more than
// of somebody who takes no questions.
func (f *Feature) expert(ctx context.Context, p *models.Person, handle string) (models.Person, error) {
	other, err := f.store.PersonByHandle(ctx, handle)
	switch {
	case err != nil:
		return other, err
	case other.ClosedAt != nil:
		return other, models.E(models.NotFound, "That person cannot be found.")
	case other.ID == p.ID:
		return other, models.E(models.Conflict, "This is you.")
	}
	e, err := f.store.Expertise(ctx, other.ID)
	if err != nil {
		return other, err
	}
	blocked, err := f.store.Blocks(ctx, other.ID, p.ID)
	if err == nil && (blocked || !e.Findable || !e.MaySee(&other, p)) {
		err = models.E(models.Conflict, other.Name+" takes no questions here.")
	}
	return other, err
}

// ask begins a conversation.
func (f *Feature) ask(ctx context.Context, p *models.Person, a asking) (string, error) {
	c := models.Conversation{ID: f.store.NewID(), Kind: a.kind}
	if a.study != nil {
		c.CaseStudyID, c.Title = a.study.ID, a.study.Title
	}
	if c.Kind != models.AskQuestion && c.Kind != models.AskVisit {
		return "", models.InvalidField("kind", "Choose whether you have a question or would like to visit")
	}
	m := models.Message{ID: f.store.NewID(), ConversationID: c.ID, AuthorID: p.ID, Body: a.body, CreatedAt: f.store.Now()}
	if err := m.Validate(true); err != nil {
		return "", err
	}
	isNew, err := f.site.IsNew(ctx, p)
	if err != nil {
		return "", err
	}
	most := models.MaxAsksADay
	if isNew {
		most = models.NewcomerAsks
	}
	return c.ID, f.write(ctx, p, &m, func(ctx context.Context) error {
		if err := f.store.BeginConversation(ctx, &c, &m, a.asked); err != nil {
			return err
		}
		n, err := f.store.CountAsksSince(ctx, p.ID, m.CreatedAt.Add(-24*time.Hour))
		switch {
		case err != nil:
			return err
		case n > most && isNew:
			return models.ErrNewcomer(fmt.Sprintf("begun %d conversations", n-1))
		case n > most:
			return &models.Error{Kind: models.TooMany, After: 24 * time.Hour, Message: fmt.Sprintf("You have begun %d conversations within a day, which is the most that one person can. Try again tomorrow.", n-1)}
		}
		return f.tell(ctx, &m, a.asked)
	})
}

// write checks a message for personal data, and saves it as save does.
func (f *Feature) write(ctx context.Context, p *models.Person, m *models.Message, save func(ctx context.Context) error) error {
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "body", Value: m.Body}}, nil)
	if err != nil {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.HoldPerson(ctx, p.ID); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideMessage, SubjectID: m.ID}); err != nil {
			return err
		}
		return save(ctx)
	})
}

func (f *Feature) tell(ctx context.Context, m *models.Message, people []string) error {
	if f.Tell == nil {
		return nil
	}
	return f.Tell(ctx, m.ConversationID, m.ID, m.AuthorID, people)
}

// get gives a conversation of a person's.
func (f *Feature) get(ctx context.Context, p *models.Person, id string) (models.Conversation, error) {
	if !models.ValidID(id) {
		return models.Conversation{}, models.E(models.NotFound, "There is no such conversation of yours.")
	}
	return f.store.Conversation(ctx, p.ID, id)
}

// Reply adds a message of somebody in a conversation, of which the others in it
// are told.
func (f *Feature) Reply(ctx context.Context, p *models.Person, id, body string) error {
	c, err := f.get(ctx, p, id)
	if err != nil {
		return err
	}
	others := c.Others(p.ID)
	if len(others) == 0 {
		return models.E(models.Conflict, "Nobody else is in this conversation any more, so there is nobody to read it.")
	}
	m := models.Message{ID: f.store.NewID(), ConversationID: c.ID, AuthorID: p.ID, Body: body, CreatedAt: f.store.Now()}
	if err := m.Validate(false); err != nil {
		return err
	}
	return f.write(ctx, p, &m, func(ctx context.Context) error {
		total, err := f.store.AddMessage(ctx, &c, &m)
		if err != nil {
			return err
		}
		if total > models.MaxMessages {
			return models.Errorf(models.Conflict, "This conversation has %d messages, which is the most that one can have. Begin another.", models.MaxMessages)
		}
		n, err := f.store.CountMessagesSince(ctx, p.ID, m.CreatedAt.Add(-time.Hour))
		if err != nil {
			return err
		}
		if n > models.MaxMessagesAnHour {
			return &models.Error{Kind: models.TooMany, After: time.Hour, Message: fmt.Sprintf("You have written %d messages within an hour, which is the most that one person can. Wait a little, then send this one.", n-1)}
		}
		return f.tell(ctx, &m, others)
	})
}

// Decline says for those who were asked that they cannot help.
func (f *Feature) Decline(ctx context.Context, p *models.Person, id string) error {
	c, err := f.get(ctx, p, id)
	switch {
	case err != nil:
		return err
	case c.Part != models.PartAsked:
		return models.E(models.Conflict, "You asked this yourself, so there is nothing to decline.")
	case c.State != models.ConversationOpen:
		return models.E(models.Conflict, "This does not wait for an answer.")
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.DeclineConversation(ctx, c.ID); err != nil {
			return err
		}
		return f.tell(ctx, &models.Message{ID: "declined", ConversationID: c.ID, AuthorID: p.ID}, []string{c.Asker().PersonID})
	})
}

// Block has a person take no questions any more of who began a conversation, and
// leave it. That person is not told.
func (f *Feature) Block(ctx context.Context, p *models.Person, id string) error {
	c, err := f.get(ctx, p, id)
	if err == nil && c.Part != models.PartAsked {
		err = models.E(models.Conflict, "You asked this yourself.")
	}
	if err != nil {
		return err
	}
	return f.store.BlockAsker(ctx, p.ID, c.Asker().PersonID)
}

// message gives a message of a conversation that somebody else wrote.
func (f *Feature) message(ctx context.Context, p *models.Person, id, messageID string) (models.Message, error) {
	c, err := f.get(ctx, p, id)
	if err != nil {
		return models.Message{}, err
	}
	for _, m := range c.Messages {
		if m.ID == messageID && m.AuthorID != p.ID && m.Body != "" {
			return m, nil
		}
	}
	return models.Message{}, models.E(models.NotFound, "There is no such message of somebody else.")
}

// ReportMessage tells the moderators of who wrote a message, with its words: all
// of the conversation that they ever see.
func (f *Feature) ReportMessage(ctx context.Context, p *models.Person, id, messageID string, reason models.ReportReason, words string) error {
	m, err := f.message(ctx, p, id, messageID)
	if err != nil {
		return err
	}
	words = models.CleanText(words)
	switch n := len([]rune(words)); {
	case n == 0:
		return models.InvalidField("words", "Say what is wrong, so that whoever looks at it knows where to look")
	case n > models.MaxMessageReport:
		return models.InvalidField("words", fmt.Sprintf("What you say must be %d characters or fewer; it has %d", models.MaxMessageReport, n))
	}
	return f.Report(ctx, p, m.AuthorID, reason, words+"\n\nThe private message that this is about:\n\n"+m.Body)
}
