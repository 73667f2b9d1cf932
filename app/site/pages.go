package site

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/markdown"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

func (f *Feature) accessibility(c *fiber.Ctx) error {
	shell := f.site.Shell(c, "Accessibility")
	shell.Description, shell.Canonical = "How accessible this service is, how that is tested, and how to tell us of a problem.", f.site.URL("/accessibility")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Accessibility())
}

func (f *Feature) privacy(c *fiber.Ctx) error {
	shell := f.site.Shell(c, "Privacy and cookies")
	shell.Description, shell.Canonical = "What this service keeps about you, why, and for how long.", f.site.URL("/privacy")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Privacy(templates.PrivacyPage{
		Idle: f.site.Idle(), Life: f.site.Life(), Secure: f.site.Secure(), Demo: f.site.Demo}))
}

// shownAdmins is how many admins the page of contacts names.
const shownAdmins = 10

// contact says whom to tell what. Every instance is run by somebody else, so
// it names those who are its admins.
func (f *Feature) contact(c *fiber.Ctx) error {
	admins, _, err := f.store.People(c.UserContext(), store.PeopleQuery{Role: models.RoleAdmin, Limit: shownAdmins})
	if err != nil {
		return err
	}
	page := templates.ContactPage{Host: f.site.Host()}
	for _, p := range admins {
		page.Admins = append(page.Admins, templates.BylineProps{Name: p.Name, URL: "/people/" + p.Handle, Role: p.JobTitle, Organisation: p.OrgName})
	}
	shell := f.site.Shell(c, "Contact")
	shell.Description, shell.NoIndex = "Who runs this site, and whom to tell of a problem.", true
	return f.site.Render(c, fiber.StatusOK, shell, templates.Contact(page))
}

// example is a piece of Markdown and what becomes of it.
type example = templates.MarkdownExample

func (f *Feature) markdownHelp(c *fiber.Ctx) error {
	shell := f.site.Shell(c, "How to write with Markdown")
	shell.Description, shell.Canonical = "Headings, lists, links, tables and footnotes in case studies and comments.", f.site.URL("/help/markdown")
	return f.site.Render(c, fiber.StatusOK, shell, templates.MarkdownHelp(f.examples))
}

// exampleHandle is whom the example mentions.
const exampleHandle = "priya-nair"

// renderExamples renders the examples as a case study would be, so that the
// help cannot say what is not so.
func renderExamples(r *markdown.Renderer) []example {
	list := []example{
		{Title: "Paragraphs and emphasis", Note: "Leave an empty line between paragraphs.", Source: "The ward rang **every** morning.\n\nNow it rings when *something is wrong*, and ~~never~~ seldom by fax."},
		{Title: "Headings", Note: "Two or three number signs, and a space. They make the contents list of a case study.", Source: "## What we did\n\n### In the first month"},
		{Title: "Lists", Note: "A hyphen for each point, or numbers. Two spaces more put a point under another.", Source: "- Ask the pharmacy first\n  - and write down what they say\n- Then the ward\n\n1. Switch it on\n2. Watch for a week"},
		{Title: "Task lists", Note: "What is done has an x.", Source: "- [x] Hazard log signed\n- [ ] Training for night staff"},
		{Title: "Links", Note: "The words in square brackets, the address in round ones. A bare address becomes a link by itself.", Source: "Read [the specification](https://hl7.org/fhir/R4/) first, or https://digital.nhs.uk."},
		{Title: "People", Note: "An at sign and the handle of somebody who is here: they see on their page that they were mentioned.", Source: "What did you find, @" + exampleHandle + "?"},
		{Title: "Tables", Note: "Bars between the columns, and a row of hyphens under the headings. A colon sets a column to one side.", Source: "| Measure | Before | After |\n| --- | ---: | ---: |\n| Minutes to send a letter | 2,880 | 6 |\n| Letters without an address | 41 | 3 |"},
		{Title: "Quotations", Note: "A greater-than sign before each line.", Source: "> I no longer ring the ward to ask where the letter is.\n>\n> A practice manager"},
		{Title: "Code and messages", Note: "Backquotes around a word, three of them around lines that should stay as they are.", Source: "Field `PID-3` holds the number:\n\n```\nPID|1||TEST-0001^^^LOCAL\n```"},
		{Title: "Footnotes", Note: "A mark in the text, and the note on a line of its own.", Source: "Calls fell by a third.[^1]\n\n[^1]: Counted over six weeks on two wards."},
	}
	for i := range list {
		html := r.With(markdown.Options{Prefix: "example-" + string(rune('a'+i))}).Render(list[i].Source).HTML
		// Nobody need have the handle of the example, so its link leads to all.
		list[i].HTML = strings.ReplaceAll(html, `href="/people/`+exampleHandle+`"`, `href="/people"`)
	}
	return list
}

// language keeps the language in which somebody wants to read, and leads back to
// where they were.
func (f *Feature) language(c *fiber.Ctx) error {
	chosen, ok := models.ParseLanguage(c.FormValue("language"))
	if !ok {
		return models.E(models.BadRequest, "That is no language that this site is in. Choose English or Cymraeg.")
	}
	if err := f.site.ChooseLanguage(c, chosen); err != nil {
		return err
	}
	return c.Redirect(f.site.CameFrom(c, "/"), fiber.StatusSeeOther)
}
