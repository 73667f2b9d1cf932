package patientdata

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// overridesPath is where moderators see what was let stand.
const overridesPath = "/moderation/overrides"

// aPage is how many overrides stand on a page.
const aPage = 50

// Section leads moderators to what was let stand.
func (f *Feature) Section(context.Context) ([]templates.ModerationSection, error) {
	return []templates.ModerationSection{{Title: "Personal data that was let stand", URL: overridesPath,
		Description: "What a check took for personal data, and its writer said is none or may stay.", Waiting: "With who said so, where and why."}}, nil
}

func (f *Feature) overrides(c *fiber.Ctx) error {
	q := store.OverrideQuery{Kind: models.CleanLine(c.Query("kind")), Reason: models.CleanLine(c.Query("reason")), CaseStudyID: models.CleanLine(c.Query("case_study")),
		Before: c.Query("cursor"), Limit: aPage}
	if q.Before != "" && !models.ValidID(q.Before) {
		return models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	list, more, err := f.site.Store.Overrides(c.UserContext(), q)
	if err != nil {
		return err
	}
	page := templates.OverridesPage{Kind: q.Kind, Reason: q.Reason, CaseStudy: q.CaseStudyID, URL: overridesPath}
	for _, o := range list {
		page.Lines = append(page.Lines, line(o))
	}
	for _, k := range personal.Kinds() {
		page.Kinds = append(page.Kinds, templates.Option{Value: string(k), Text: k.Label()})
	}
	for _, r := range reasons() {
		page.Reasons = append(page.Reasons, templates.Option{Value: r, Text: models.OverrideReasonText(r)})
	}
	if more {
		query := url.Values{"cursor": {list[len(list)-1].ID}}
		for name, value := range map[string]string{"kind": q.Kind, "reason": q.Reason, "case_study": q.CaseStudyID} {
			if value != "" {
				query.Set(name, value)
			}
		}
		page.NextURL = overridesPath + "?" + query.Encode()
	}
	shell := f.site.Shell(c, "Personal data that was let stand")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Moderation", URL: "/moderation"}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Overrides(page))
}

// reasons lists every reason that an override can have.
func reasons() []string {
	var out []string
	for _, r := range models.OverrideReasons() {
		out = append(out, r.Value)
	}
	return slices.Concat(out, []string{models.ReasonAPI, models.ReasonImport, models.ReasonCopy, models.ReasonUnasked})
}

func line(o models.Override) templates.OverrideLine {
	l := templates.OverrideLine{Kind: personal.Kind(o.Kind).Label(), Field: o.Field, Who: o.PersonName, WhoURL: "/people/" + o.Handle, When: o.CreatedAt,
		Reason: models.OverrideReasonText(o.Reason)}
	switch {
	case o.Subject == models.OverrideComment:
		l.Where, l.WhereURL = "A comment on “"+o.Title+"”", "/comments/"+o.SubjectID
	case o.Subject == models.OverrideAdoption && o.Slug != "":
		l.Where, l.WhereURL = "How an organisation adopts “"+o.Title+"”", "/case-studies/"+o.Slug+"/adoptions"
	case o.Subject == models.OverrideProfile && o.SubjectID != o.PersonID:
		l.Where = "The profile of somebody who came with an import"
	case o.Subject == models.OverrideProfile:
		l.Where, l.WhereURL = "Their profile", l.WhoURL
	case o.Subject == models.OverrideOrganisation:
		l.Where, l.WhereURL = "The name of the organisation "+o.SubjectID, "/organisations/"+url.PathEscape(o.SubjectID)
	case o.Subject == models.OverrideSystem:
		l.Where, l.WhereURL = "A system in the list", "/systems/"+url.PathEscape(o.SubjectID)
	case o.Subject == models.OverrideStandard:
		l.Where, l.WhereURL = "A standard in the list", "/standards/"+url.PathEscape(o.SubjectID)
	case o.Subject == models.OverrideToken:
		l.Where = "The name of an API token"
	case o.Subject == models.OverrideWebhook:
		l.Where, l.WhereURL = "A webhook", "/admin/webhooks/"+o.SubjectID
	case o.Subject == models.OverrideSynonyms:
		l.Where, l.WhereURL = "The synonyms", "/admin/synonyms"
	case o.Subject == models.OverrideMessage:
		l.Where = "A private message"
	case o.Subject == models.OverrideAnswer:
		l.Where = "What a moderator said of a report or a measure"
	case o.Slug != "":
		l.Where, l.WhereURL = o.Title, "/case-studies/"+o.Slug
	default:
		l.Where = "A draft, or a case study that is gone"
	}
	return l
}
