package sharing

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/sheets"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// Lengths of what a poster and a text say of the brief, in characters.
const (
	leadOnPaper = 260
	leadInText  = 500
)

// notice is what is said of a campaign to make it known, in one language.
type notice struct {
	language             models.Language
	title, kind, sponsor string
	lead                 string // how its brief begins
	facts                []string
	action               string
	url, host            string // the address of the campaign, whole and as it is read out
}

// noticeOf says of a campaign what holds now.
func (f *Feature) noticeOf(of *models.Campaign, l models.Language) notice {
	say := f.site.Say(l)
	n := notice{language: l, title: of.Title, kind: say(of.Template.Label()), sponsor: of.SponsorName, lead: f.leadOf(of.Brief), url: f.site.URL(web.CampaignURL(of))}
	n.host = strings.TrimPrefix(strings.TrimPrefix(n.url, "https://"), "http://")
	when := func(what string, at time.Time, known bool) {
		if known {
			n.facts = append(n.facts, say(what)+" "+say(templates.FormatMoment(at)))
		}
	}
	opens, dated := of.Starts(models.CampaignOpen)
	closes, ends := of.EntriesClose()
	results, due := of.Starts(models.CampaignResults)
	switch of.StageAt(f.site.Now()) {
	case models.CampaignDraft, models.CampaignComing:
		n.action = say("Scan to read more and take part")
		when("Opens for entries:", opens, dated)
	case models.CampaignOpen:
		n.action = say("Scan to read more and take part")
	case models.CampaignResults, models.CampaignFollowUp:
		n.action = say("Scan to see what came of it")
		n.facts = append(n.facts, say("The results are out."))
		return n
	default:
		n.action = say("Scan to see what was entered")
		n.facts = append(n.facts, say("Entries are closed."))
		when("Results:", results, due)
		return n
	}
	when("Entries close:", closes, ends)
	if of.ForAll() {
		n.facts = append(n.facts, say("Everybody who signs in can enter."))
	}
	return n
}

// leadOf gives the first paragraph of a brief, as plain text.
func (f *Feature) leadOf(brief string) string {
	for part := range strings.SplitSeq(strings.ReplaceAll(brief, "\r\n", "\n"), "\n\n") {
		if text := models.CleanLine(f.markdown.Render(part).Text); text != "" && !strings.HasPrefix(strings.TrimSpace(part), "#") {
			return text
		}
	}
	return ""
}

// subject and text are an e-mail about the campaign.
func (n *notice) subject() string { return models.Truncate(models.CleanLine(n.title), 120) }

func (n *notice) text(say func(string) string) string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(n.title) + "\n")
	if n.sponsor != "" {
		b.WriteString(say("Asked by:") + " " + n.sponsor + "\n")
	}
	if n.lead != "" {
		b.WriteString("\n" + models.Truncate(n.lead, leadInText) + "\n")
	}
	b.WriteString("\n" + strings.Join(n.facts, "\n") + "\n\n" + say("Read more:") + " " + n.url + "\n")
	return b.String()
}

// kit is the page of all that a campaign is made known with.
func (f *Feature) kit(c *fiber.Ctx) error {
	found, err := f.site.Campaign(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	l, err := language(c)
	if err != nil {
		return err
	}
	n := f.noticeOf(&found, l)
	text := n.text(f.site.Say(l))
	at := f.Link(&found)
	page := templates.SharePage{Title: found.Title, Draft: found.PublishedAt == nil, Address: n.url, Path: web.CampaignURL(&found), Language: l, Subject: n.subject(), Text: text, TextURL: at + "/text.txt?language=" + string(l),
		MailURL: "mailto:?subject=" + url.PathEscape(n.subject()) + "&body=" + url.PathEscape(strings.ReplaceAll(text, "\n", "\r\n"))}
	for _, other := range models.Languages() {
		page.Languages = append(page.Languages, templates.ShareLanguage{Language: other, URL: at + "?language=" + string(other), Chosen: other == l})
	}
	for _, g := range kitFiles {
		group := templates.ShareGroup{Name: g.name, Hint: g.hint, Picture: at + "/" + g.file + ".svg?language=" + string(l)}
		for _, as := range g.formats {
			group.Files = append(group.Files, templates.ShareFile{URL: at + "/" + g.file + "." + string(as) + "?language=" + string(l), Name: found.Slug + "-" + g.file + "-" + string(l) + "." + string(as), Format: strings.ToUpper(string(as))})
		}
		page.Groups = append(page.Groups, group)
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Share this campaign", &found), templates.ShareKit(page))
}

// kitFiles are the drawings of the kit.
var kitFiles = []struct {
	file, name, hint string
	draw             func(n *notice) (*sheets.Sheet, error)
	pixels           int // width of a PNG
	formats          []sheets.Format
}{
	{file: "poster", name: "Poster", hint: "A4, to print and put up", draw: drawPoster, pixels: 1654, formats: []sheets.Format{sheets.PDF, sheets.SVG, sheets.PNG}},
	{file: "slide", name: "Slide", hint: "16 to 9, for presentations and screens", draw: drawSlide, pixels: 1920, formats: []sheets.Format{sheets.PNG, sheets.SVG, sheets.PDF}},
	{file: "code", name: "QR code alone", hint: "For leaflets and intranets", draw: drawCode, pixels: 1200, formats: []sheets.Format{sheets.SVG, sheets.PNG, sheets.PDF}},
}

// file is one file of the kit.
func (f *Feature) file(c *fiber.Ctx) error {
	found, err := f.site.Campaign(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	l, err := language(c)
	if err != nil {
		return err
	}
	n := f.noticeOf(&found, l)
	name, as, _ := strings.Cut(c.Params("file"), ".")
	if name == "text" && as == "txt" {
		return web.SendTagged(c, "text/plain; charset=utf-8", []byte(n.subject()+"\n\n"+n.text(f.site.Say(l))))
	}
	for _, k := range kitFiles {
		for _, format := range k.formats {
			if k.file == name && string(format) == as {
				return send(c, func() (*sheets.Sheet, error) { return k.draw(&n) }, format, k.pixels)
			}
		}
	}
	return models.E(models.NotFound, "There is no such file. The page to share a campaign lists what there is.")
}

// send draws a sheet and sends it.
func send(c *fiber.Ctx, draw func() (*sheets.Sheet, error), as sheets.Format, pixels int) error {
	sheet, err := draw()
	if err != nil {
		return err
	}
	content, err := sheet.Write(as, pixels)
	if err != nil {
		return err
	}
	return web.SendTagged(c, as.ContentType(), content)
}

// resultsOut tells whether everybody may read what came of a campaign.
func (f *Feature) resultsOut(of *models.Campaign) bool { return judging.ResultsOut(of, f.site.Now()) }
