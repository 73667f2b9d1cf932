package audit

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

const (
	path       = "/admin/audit"
	perPage    = 50
	rowsAtOnce = 500
)

// question is what the form asks for, as it was typed.
type question struct{ person, action, subject, from, until string }

func read(c *fiber.Ctx) (question, error) {
	if err := web.OnlyParameters(c, "person", "action", "subject", "from", "until", "before"); err != nil {
		return question{}, err
	}
	clean := func(name string) string { return models.Truncate(models.CleanLine(c.Query(name)), 200) }
	return question{clean("person"), clean("action"), clean("subject"), clean("from"), clean("until")}, nil
}

func (q question) address(base string, before string) string {
	v := url.Values{}
	for name, value := range map[string]string{"person": q.person, "action": q.action, "subject": q.subject, "from": q.from, "until": q.until, "before": before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return base
	}
	return base + "?" + v.Encode()
}

// query makes of the question what the store is asked. The days are those of
// London, both included.
func (f *Feature) query(ctx context.Context, q question) (models.AuditQuery, error) {
	out := models.AuditQuery{Action: q.action, Subject: q.subject}
	if q.person != "" {
		p, err := f.person(ctx, q.person)
		if models.KindOf(err) == models.NotFound {
			return out, invalid("person", "There is nobody with this handle or id")
		}
		if err != nil {
			return out, err
		}
		out.Actor = p.ID
	}
	var err error
	if out.From, err = day(q.from, 0); err != nil {
		return out, invalid("from", "Enter the first day as 2026-03-31")
	}
	if out.Until, err = day(q.until, 1); err != nil {
		return out, invalid("until", "Enter the last day as 2026-03-31")
	}
	return out, nil
}

func invalid(field, message string) error {
	return &models.Error{Kind: models.BadRequest, Message: message + ".", Fields: []models.FieldError{{Field: field, Message: message}}}
}

func day(text string, add int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	d, err := time.ParseInLocation(time.DateOnly, text, templates.London())
	return d.AddDate(0, 0, add), err
}

func (f *Feature) person(ctx context.Context, handleOrID string) (models.Person, error) {
	if models.ValidID(handleOrID) {
		return f.store.PersonByID(ctx, handleOrID)
	}
	return f.store.PersonByHandle(ctx, handleOrID)
}

func (f *Feature) page(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	asked, err := read(c)
	if err != nil {
		return err
	}
	page := templates.AuditPage{ActionURL: path, Person: asked.person, Action: asked.action, Subject: asked.subject, From: asked.from, Until: asked.until,
		CSVURL: asked.address(path+".csv", ""), First: true}
	q, err := f.query(ctx, asked)
	status := fiber.StatusOK
	var errors []templates.FieldError
	if fields := models.Fields(err); len(fields) > 0 {
		status, errors = fiber.StatusBadRequest, web.FieldErrors(fields)
	} else if err != nil {
		return err
	} else if err := f.fill(ctx, c.Query("before"), asked, q, &page); err != nil {
		return err
	}
	page.Errors = errors
	return f.site.Render(c, status, f.site.AdminShell(c, "Audit record", errors), templates.Audit(page))
}

func (f *Feature) fill(ctx context.Context, before string, asked question, q models.AuditQuery, page *templates.AuditPage) error {
	if q.Before, q.Limit = before, perPage; before != "" && !models.ValidID(before) {
		return models.ErrCursor
	}
	list, more, err := f.store.AuditEvents(ctx, q)
	if err != nil {
		return err
	}
	names, err := f.names(ctx, list)
	if err != nil {
		return err
	}
	for _, e := range list {
		line := templates.AuditLine{At: e.At, Who: names[e.Actor], Means: e.Means, Action: e.Action, Subject: e.Subject, Address: e.Address, Request: e.Request,
			Before: e.Before, After: e.After, Place: e.Seq}
		if e.Actor != "" {
			line.WhoURL = question{person: e.Actor}.address(path, "")
		}
		page.Events = append(page.Events, line)
	}
	page.First = before == ""
	if more {
		page.NextURL = asked.address(path, list[len(list)-1].ID)
	}
	if page.Place, page.Head, err = f.store.AuditHead(ctx); err != nil {
		return err
	}
	return nil
}

// names gives the handles of those who acted.
func (f *Feature) names(ctx context.Context, list []models.AuditEvent) (map[string]string, error) {
	var ids []string
	for _, e := range list {
		if e.Actor != "" {
			ids = append(ids, e.Actor)
		}
	}
	return f.store.HandlesOf(ctx, ids)
}

// table sends the same events as a table, all of them.
func (f *Feature) table(c *fiber.Ctx, _ *models.Person) error {
	asked, err := read(c)
	if err != nil {
		return err
	}
	q, err := f.query(c.UserContext(), asked)
	if err != nil {
		return err
	}
	q.Limit = rowsAtOnce
	if err := f.site.Record(c, "audit.export", "", nil); err != nil {
		return err
	}
	columns := []string{"place", "id", "at", "person", "means", "action", "subject", "address", "request", "before", "after", "hash"}
	return f.site.SendCSV(c, "audit", columns, func(ctx context.Context, write func(...string) error) error {
		for {
			list, more, err := f.store.AuditEvents(ctx, q)
			if err != nil {
				return err
			}
			for _, e := range list {
				place := ""
				if e.Seq > 0 {
					place = strconv.FormatInt(e.Seq, 10)
				}
				if err := write(place, e.ID, e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Means, e.Action, e.Subject, e.Address, e.Request, e.Before, e.After, e.Hash); err != nil {
					return err
				}
				q.Before = e.ID
			}
			if !more {
				return nil
			}
		}
	})
}
