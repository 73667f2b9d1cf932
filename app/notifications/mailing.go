package notifications

import (
	"bytes"
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"grassroots/app/mail"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// collectAtOnce is how many people's e-mail is made in one transaction.
	collectAtOnce = 200
	// mostInMail is how many things stand in one e-mail.
	mostInMail = 50
)

// collect is the job that makes the e-mails that are due.
type collect struct{}

// Kind implements jobs.Args.
func (collect) Kind() string { return "notifications.collect" }

func (f *Feature) collect(ctx context.Context, _ collect) error { return f.Collect(ctx) }

// Collect makes the e-mails that are due, some people at a time: each is a row
// without a text, and a job that writes and sends it. It takes as much memory for
// a hundred thousand people as for ten.
func (f *Feature) Collect(ctx context.Context) error {
	for {
		done, err := f.store.CollectMails(ctx, collectAtOnce, f.site.Demo, f.mail.Deliver)
		if err != nil || done {
			return err
		}
	}
}

// compose writes an e-mail of what its person may read now and has not read
// since. mail.ErrNothing when there is none of it, or they want none any more.
func (f *Feature) compose(ctx context.Context, e store.Email) (mail.Message, error) {
	ctx = store.Fresh(ctx)
	p, err := f.store.PersonByID(ctx, e.PersonID)
	if models.KindOf(err) == models.NotFound || err == nil && (p.ClosedAt != nil || !strings.EqualFold(p.Email, e.ToAddress)) {
		return mail.Message{}, mail.ErrNothing
	}
	if err != nil {
		return mail.Message{}, err
	}
	set, err := f.store.NotifySettings(ctx, p.ID)
	if err == nil && set.StoppedAt != nil {
		err = mail.ErrNothing
	}
	if err != nil {
		return mail.Message{}, err
	}
	list, more, err := f.store.ToMail(ctx, e.ID, mostInMail)
	if err == nil {
		list, err = f.readable(ctx, &p, list)
	}
	if err == nil && len(list) == 0 {
		err = mail.ErrNothing
	}
	if err != nil {
		return mail.Message{}, err
	}
	because, err := f.because(ctx, list)
	if err == nil {
		err = f.said(ctx, e.PersonID, list, because)
	}
	if err != nil {
		return mail.Message{}, err
	}
	return f.message(ctx, e, set, list, more, because)
}

func (f *Feature) message(ctx context.Context, e store.Email, set models.NotifySettings, list []models.Notification, more int, because map[string]string) (mail.Message, error) {
	language, err := f.store.Language(ctx, e.PersonID)
	if err != nil {
		return mail.Message{}, err
	}
	say := f.site.Say(language)
	stop := f.stopURL(e.PersonID)
	m := templates.TellingMail{Groups: f.groups(list, because, set.Zone()), More: more, ListURL: f.site.URL(pageURL), SettingsURL: f.site.URL(settingsURL), StopURL: stop, Host: f.site.Host()}
	things := say(templates.FormatCount(len(list)+more, "thing is", "things are") + " new for you")
	subject := things
	switch e.Kind {
	case models.Daily:
		m.Heading, m.Intro = say("Your day on Grassroots"), things+"."
		subject = m.Heading + ": " + things
	case models.Weekly:
		m.Heading, m.Intro = say("Your week on Grassroots"), things+"."
		subject = m.Heading + ": " + things
	default:
		m.Heading, m.Intro = say("New for you on Grassroots"), things+"."
		if l := line(list[0], because); len(list)+more == 1 {
			subject = l.Who + " " + say(l.Does) + " " + l.Title
		}
	}
	for i := range m.Groups {
		m.Groups[i].Say(say)
	}
	var html bytes.Buffer
	if err := templates.TellingMailHTML(m).Render(ctx, &html); err != nil {
		return mail.Message{}, err
	}
	return mail.Message{Subject: models.Truncate(models.CleanLine(subject), 150), Text: m.Text(say), HTML: html.String(), StopURL: stop, Language: cmp.Or(language, models.English),
		ListName: "Grassroots notifications <notifications." + f.site.Host() + ">"}, nil
}

// groups sorts what happened by the thing that it is about, or through which it
// reaches its reader: the newest thing first, and of each the newest first.
func (f *Feature) groups(list []models.Notification, because map[string]string, zone *time.Location) []templates.MailGroup {
	var out []templates.MailGroup
	at := map[string]int{}
	for _, n := range list {
		key, g := "study:"+n.CaseStudyID, templates.MailGroup{Title: n.Title, URL: f.site.URL("/case-studies/" + url.PathEscape(n.Slug))}
		if n.Reason == models.NotifyMessage {
			key, g = "conversation:"+n.Detail, templates.MailGroup{Title: n.Title, Why: "Only those in the conversation read it"}
		}
		if n.Reason == models.NotifyInvited {
			key, g = "collection:"+n.Detail, templates.MailGroup{Title: n.Title, URL: f.site.URL("/collections/" + n.Detail)}
		}
		if n.Reason == models.NotifyCampaign {
			key, g = "campaign:"+n.Detail[:min(26, len(n.Detail))], templates.MailGroup{Title: n.Title, URL: f.site.URL(campaignURL(n))}
		}
		if n.Reason == models.NotifyInvitation {
			key, g = "campaign:"+n.Detail[:min(26, len(n.Detail))], templates.MailGroup{Title: n.Title, URL: f.site.URL(f.invitationURL(n))}
		}
		if n.Reason == models.NotifyOverdue {
			key, g = "overdue:"+n.Detail, templates.MailGroup{Title: line(n, because).Who, URL: f.site.URL(waitingURL(n)), Why: "You lead there"}
		}
		if n.Reason == models.NotifyPublished && because[n.Detail] != "" {
			key, g = n.Detail, templates.MailGroup{Title: because[n.Detail], Why: "You follow this " + strings.SplitN(n.Detail, ":", 2)[0]}
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], out = i, append(out, g)
		}
		if out[i].Why == "" && n.Reason != models.NotifyPublished {
			out[i].Why = line(n, because).Why
		}
		item := f.item(n, zone)
		if n.Reason == models.NotifyInvitation {
			item.Said = because[saidKey(n)]
		}
		out[i].Items = append(out[i].Items, item)
	}
	return out
}

// item says what happened, under the thing that it happened to.
func (f *Feature) item(n models.Notification, zone *time.Location) templates.MailItem {
	i := templates.MailItem{Who: templates.PlainText(n.ActorName), Action: "Read the case study", When: n.CreatedAt.In(zone)}
	to := "/case-studies/" + url.PathEscape(n.Slug)
	if n.CommentID != "" {
		to, i.Action = "/comments/"+n.CommentID, "Read the comment"
	}
	if n.Reason == models.NotifyMessage {
		to, i.Action = "/me/conversations/"+n.Detail, "Read the message"
	}
	if n.Reason == models.NotifyOverdue {
		_, many, _ := strings.Cut(n.Detail, ":")
		to, i.Action, i.Who, i.Does = waitingURL(n), "Answer them", "Somebody", "posted "+ideas(many)+" that nobody has answered for longer than you want"
	}
	f.leads(n, &to, &i.Action)
	i.URL = f.site.URL(to)
	switch n.Reason {
	case models.NotifyMention:
		i.Does = "mentioned you in a comment"
	case models.NotifyReply:
		i.Does = "answered your comment"
	case models.NotifyOwn, models.NotifyComment:
		i.Does = "commented"
	case models.NotifyStage:
		i.Does = "moved it to “" + models.Stage(n.Detail).Label() + "”"
	case models.NotifyMessage:
		i.Does = "wrote to you"
	case models.NotifyInvited:
		i.Does = "asks you to look after it with them"
	case models.NotifyCampaign:
		i.Does = campaignDid(n)
	case models.NotifyInvitation:
		i.Does = invitationDid(n)
	case models.NotifyWorkspace:
		i.Does = workspaceDid(n)
	case models.NotifyOriginal:
		i.Does = "changed it"
	case models.NotifyReview:
		i.Who, i.Does = reviewWho, "asks whether it is still right"
	case models.NotifyThanks:
		i.Does = "thanks you for it"
	case models.NotifyAsked:
		i.Does = "posted it, and you are asked what you know of it"
		if n.CommentID != "" {
			i.Does = "asked a question about it, and you are asked what you know"
		}
	case models.NotifyPublished:
		i.Does, i.Title = "posted", templates.PlainText(n.Title)
	case models.NotifyDecided:
		i.Does = "decided “" + models.DecisionStatus(n.Detail).Label() + "”"
	case models.NotifyOverdue:
	default:
		i.Does = "changed it"
	}
	return i
}

// leads says where an item leads that is about no case study, and what for.
func (f *Feature) leads(n models.Notification, to, action *string) {
	switch n.Reason {
	case models.NotifyAsked:
		*to, *action = askedURL, "Give feedback, or say “Not this time”"
	case models.NotifyWorkspace:
		*to, *action = workspaceURL(n), "Open the workspace"
	case models.NotifyReview:
		*to, *action = *to+"#review", "Read it, and say whether it is still right"
	case models.NotifyOriginal:
		*to, *action = workspaceURL(n)+"/changes", "See what changed"
	case models.NotifyThanks:
		*to, *action = thanksURL, "Read what they say"
	case models.NotifyInvited:
		*to, *action = "/collections/"+n.Detail, "Look at it, and say whether you want to"
	case models.NotifyCampaign:
		*to, *action = campaignURL(n), "Read the campaign"
	case models.NotifyInvitation:
		*to, *action = f.invitationURL(n), "Take part, or say that you do not"
	}
}
