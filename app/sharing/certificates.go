package sharing

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/sheets"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/templates"
)

// errNotOut is what is said of certificates before the results.
var errNotOut = models.E(models.NotFound, "There are certificates once the results of this campaign are out.")

// certificate is what one certifies.
type certificate struct {
	of      *models.Campaign
	entry   judging.Contestant
	outcome judging.Outcome // empty for an entry of which nothing was decided
	awarded []string
	out     time.Time       // when the results came out
	authors []models.Author // whom the case study names; read with one alone
	person  string          // name of whom of the team it is for; empty for the team
	handle  string
}

// result is how a certificate calls the outcome: who was not chosen took part.
func (ct *certificate) result() string {
	if ct.outcome == judging.Winner || ct.outcome == judging.Commended {
		return ct.outcome.Label()
	}
	return "Took part"
}

// rank puts winners first, then who was commended.
func (ct *certificate) rank() int {
	switch ct.outcome {
	case judging.Winner:
		return 0
	case judging.Commended:
		return 1
	}
	return 2
}

// to is whose certificate it is: of one, or of the team as its case study names it.
func (ct *certificate) to() string {
	if ct.person != "" || len(ct.authors) == 0 {
		return cmp.Or(ct.person, strings.Join(ct.entry.TeamNames, ", "), ct.entry.Byline)
	}
	names := make([]string, len(ct.authors))
	for i, a := range ct.authors {
		names[i] = a.Name
	}
	return strings.Join(names, ", ")
}

func (ct *certificate) url() string {
	at := certificatesURL(ct.of) + "/" + url.PathEscape(ct.entry.Slug)
	if ct.handle != "" {
		at += "?for=" + url.QueryEscape(ct.handle)
	}
	return at
}

func (ct *certificate) pdfURL(l models.Language) string {
	query := url.Values{"language": {string(l)}}
	if ct.handle != "" {
		query.Set("for", ct.handle)
	}
	return certificatesURL(ct.of) + "/" + url.PathEscape(ct.entry.Slug) + "/certificate.pdf?" + query.Encode()
}

func certificatesURL(of *models.Campaign) string { return web.CampaignURL(of) + "/certificates" }

// Certificates gives what the certificates of a campaign say, those of winners first.
// NotFound before the results are out, but for organisers. Four statements, however many
// entries there are.
func (f *Feature) Certificates(ctx context.Context, p *models.Person, of *models.Campaign) ([]certificate, error) {
	if !f.resultsOut(of) && !p.May(models.RunCampaign, models.Subject{}) {
		return nil, errNotOut
	}
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return nil, err
	}
	decisions, err := f.store.EntryDecisions(ctx, of.ID)
	if err != nil {
		return nil, err
	}
	awards, err := f.store.Awards(ctx, of.ID)
	out, _ := of.Starts(models.CampaignResults)
	list := make([]certificate, len(entries))
	for i, e := range entries {
		list[i] = certificate{of: of, entry: e, out: out}
		for _, d := range decisions {
			if d.CaseStudyID == e.CaseStudyID {
				list[i].outcome = d.Outcome
			}
		}
		for _, a := range awards {
			if a.CaseStudyID == e.CaseStudyID {
				list[i].awarded = append(list[i].awarded, aftermath.Pounds(a.Pence)+", "+a.Purpose)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b certificate) int { return a.rank() - b.rank() })
	return list, err
}

// certificateOf gives the certificate of one entry, or with a handle that of one of its
// team.
func (f *Feature) certificateOf(c *fiber.Ctx) (certificate, error) {
	of, err := f.site.Campaign(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return certificate{}, err
	}
	list, err := f.Certificates(c.UserContext(), web.Person(c), &of)
	if err != nil {
		return certificate{}, err
	}
	i := slices.IndexFunc(list, func(ct certificate) bool {
		return ct.entry.Slug == c.Params("study") || ct.entry.CaseStudyID == c.Params("study")
	})
	if i < 0 {
		return certificate{}, models.E(models.NotFound, "There is no certificate at this address: that is no entry of this campaign, or it was withdrawn.")
	}
	ct := list[i]
	cs, err := f.store.CaseStudy(c.UserContext(), ct.entry.CaseStudyID)
	if err != nil {
		return ct, err
	}
	ct.authors = cs.Authors
	if handle := c.Query("for"); handle != "" {
		n := slices.IndexFunc(ct.authors, func(a models.Author) bool { return a.Handle == handle })
		if n < 0 {
			return ct, models.E(models.NotFound, "There is no certificate at this address: that person is not of the team of this entry.")
		}
		ct.handle, ct.person = handle, ct.authors[n].Name
	}
	return ct, nil
}

// certificates is the list of those of a campaign.
func (f *Feature) certificates(c *fiber.Ctx) error {
	of, err := f.site.Campaign(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	list, err := f.Certificates(c.UserContext(), web.Person(c), &of)
	if err != nil {
		return err
	}
	page := templates.CertificatesPage{Title: of.Title, Out: f.resultsOut(&of)}
	for i := range list {
		page.Lines = append(page.Lines, templates.CertificateLine{Title: list[i].entry.Title, URL: list[i].url(), Result: list[i].result(), To: list[i].to(), Organisation: list[i].entry.OrgName})
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "Certificates", &of), templates.Certificates(page))
}

// certificate is the page of one: who is shown it on paper finds it there, or does not.
func (f *Feature) certificate(c *fiber.Ctx) error {
	ct, err := f.certificateOf(c)
	if err != nil {
		return err
	}
	page := templates.CertificatePage{Campaign: ct.of.Title, CampaignURL: web.CampaignURL(ct.of), Sponsor: ct.of.SponsorName, Result: ct.result(), To: ct.to(), Team: ct.person == "", Title: ct.entry.Title, StudyURL: "/case-studies/" + url.PathEscape(ct.entry.Slug),
		Organisation: ct.entry.OrgName, Awarded: ct.awarded, Day: ct.out, Out: f.resultsOut(ct.of), Address: f.site.URL(ct.url()), Path: ct.url()}
	for _, l := range models.Languages() {
		page.Files = append(page.Files, templates.ShareLanguage{Language: l, URL: ct.pdfURL(l)})
	}
	whole := ct
	whole.handle = ""
	if page.TeamURL = whole.url(); ct.person == "" {
		for _, a := range ct.authors {
			one := ct
			if one.handle = a.Handle; one.handle != "" {
				page.People = append(page.People, templates.Crumb{Text: a.Name, URL: one.url()})
			}
		}
	}
	shell := f.site.CampaignShell(c, "Certificate", ct.of, templates.Crumb{Text: "Certificates", URL: certificatesURL(ct.of)})
	return f.site.Render(c, fiber.StatusOK, shell, templates.Certificate(page))
}

func (f *Feature) certificatePDF(c *fiber.Ctx) error {
	l, err := language(c)
	if err != nil {
		return err
	}
	ct, err := f.certificateOf(c)
	if err != nil {
		return err
	}
	return send(c, func() (*sheets.Sheet, error) { return f.drawCertificate(&ct, l) }, sheets.PDF, 0)
}

// drawCertificate draws an A4 sheet on its side.
func (f *Feature) drawCertificate(ct *certificate, l models.Language) (*sheets.Sheet, error) {
	const width, height, margin, size = 297, 210, 26, 44
	say, address := f.site.Say(l), f.site.URL(ct.url())
	s, err := sheets.New(width, height, l, say("Certificate")+": "+ct.to(), say(ct.result())+" · "+ct.entry.Title+" · "+ct.of.Title+" · "+address)
	if err != nil {
		return nil, err
	}
	s.Frame(10, 10, width-20, height-20, 1.6, sheets.Blue)
	y := 24.0
	y += s.Text(margin, y, width-2*margin, brand+" · "+say("Certificate"), sheets.Style{Points: 16, Bold: true, Colour: sheets.Blue}) + 3
	y += s.Fitted(margin, y, width-2*margin, 22, ct.of.Title, sheets.Style{Points: 22, Colour: sheets.Black}, 11) + 5
	y += s.Text(margin, y, width-2*margin, say(ct.result()), sheets.Style{Points: 34, Bold: true, Colour: sheets.Blue}) + 4
	y += s.Fitted(margin, y, width-2*margin, 24, ct.to(), sheets.Style{Points: 26, Bold: true, Colour: sheets.Black}, 10) + 3
	y += s.Fitted(margin, y, width-2*margin, 20, ct.entry.Title, sheets.Style{Points: 18, Colour: sheets.Black}, 10) + 2
	s.Fitted(margin, y, width-2*margin, 10, ct.entry.OrgName, sheets.Style{Points: 15, Colour: sheets.Grey}, 9)
	const below = height - margin - size + 8
	lines := []string{}
	if len(ct.awarded) > 0 {
		lines = append(lines, say("Awarded:")+" "+strings.Join(ct.awarded, "; "))
	}
	if ct.of.SponsorName != "" {
		lines = append(lines, say("Asked by:")+" "+ct.of.SponsorName)
	}
	lines = append(lines, say("Results:")+" "+say(ct.out.In(templates.London()).Format("2 January 2006")), say("Check this certificate at:")+" "+address)
	s.Fitted(margin, below+4, width-2*margin-size-6, size-8, strings.Join(lines, "\n"), sheets.Style{Points: 12, Colour: sheets.Black}, 7)
	return s, s.Code(width-margin-size+6, below, size, address)
}
