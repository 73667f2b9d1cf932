package sharing_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"grassroots/app/apptest"
	"grassroots/app/sharing"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/models/store"
)

const at = "/campaigns/release-time-to-care"

type bench struct {
	*apptest.App
	organiser, ann, ben models.Person
	campaign            models.Campaign
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{sharing.New(s)} }, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, organiser: apptest.Person(t, a.Store, apptest.Named("olga", "Olga Organiser"), apptest.WithRole(models.RoleOrganiser)), ann: apptest.Person(t, a.Store, apptest.Named("ann", "Ann Author")),
			ben: apptest.Person(t, a.Store, apptest.Named("ben", "Siân Ŵyn"))}
		now := a.Store.Now()
		b.campaign = models.Campaign{ID: a.Store.NewID(), OwnerID: b.organiser.ID, Title: "Release time to care", Brief: "Show us **what** you joined up.", Template: models.CampaignIdeas, PublishedAt: &now,
			Steps: []models.CampaignStep{{Stage: models.CampaignOpen, Starts: now.AddDate(0, 0, -7)}, {Stage: models.CampaignJudge, Starts: now.AddDate(0, 0, 7)}, {Stage: models.CampaignResults, Starts: now.AddDate(0, 0, 21)}}}
		if err := a.Store.CreateCampaign(t.Context(), &b.campaign); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	})
}

func (b *bench) enter(t *testing.T, title string, authors ...models.Person) models.CaseStudy {
	t.Helper()
	now := b.Store.Now()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: authors[0].ID, CreatedAt: now, UpdatedAt: now, HTML: "<p>We did it.</p>", Document: models.Document{Title: title, Stage: models.StageInUse, Organisation: "RR8", Body: "We did it.", Language: "en"}}
	for _, p := range authors {
		cs.Document.Authors = append(cs.Document.Authors, models.Author{Name: p.Name, Handle: p.Handle})
	}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: authors[0].ID}); err != nil {
		t.Fatal(err)
	}
	entry := models.CampaignEntry{CampaignID: b.campaign.ID, CaseStudyID: cs.ID, OwnerID: authors[0].ID, State: models.EntryEntered, Revision: 1, ArrivedAt: &now}
	if err := b.Store.SaveEntry(t.Context(), &entry); err != nil {
		t.Fatal(err)
	}
	return cs
}

// scanned reads the QR code of a picture, with another library than drew it.
func scanned(t *testing.T, picture string) string {
	t.Helper()
	img, err := png.Decode(strings.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatal("the QR code is not read:", err)
	}
	return read.GetText()
}

// printed gives the text of a PDF, without its spaces: each line is set by itself.
func printed(t *testing.T, content string) string {
	t.Helper()
	r, err := pdf.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if r.NumPage() != 1 {
		t.Errorf("%d pages", r.NumPage())
	}
	text, err := r.GetPlainText()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(whole)), "")
}

func wellFormed(t *testing.T, document string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatACampaignIsMadeKnownWith(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const address = apptest.BaseURL + at
		c := b.Client(t)
		c.Get(at+"/share").Want(http.StatusOK).WantText("RELEASE TIME TO CARE", "Show us what you joined up.", "Entries close:", "Everybody who signs in can enter.", "Read more: "+address)
		for _, file := range []string{"poster", "slide", "code"} {
			if got := scanned(t, c.Get(at+"/share/"+file+".png").Want(http.StatusOK).Body); got != address {
				t.Errorf("the code of the %s leads to %q", file, got)
			}
			svg := c.Get(at + "/share/" + file + ".svg").Want(http.StatusOK)
			if kind := svg.Header.Get("Content-Type"); kind != "image/svg+xml" {
				t.Error(kind)
			}
			wellFormed(t, svg.Body)
			if !strings.Contains(svg.Body, `<title id="title">Release time to care</title>`) || strings.Contains(svg.Body, "<text") {
				t.Error("an SVG has no title, or letters that need a font:", svg.Body[:400])
			}
		}
		poster := c.Get(at + "/share/poster.pdf?language=cy").Want(http.StatusOK).Body
		if got := printed(t, poster); !strings.Contains(got, "Releasetimetocare") || !strings.Contains(got, "Hersyniadau") || !strings.Contains(got, "DyddMercher11Mawrth2026") || !strings.Contains(got, "Gallpawbsy’nmewngofnodigystadlu") {
			t.Error(got)
		}
		if !bytes.Contains([]byte(poster), []byte("/Lang(cy)")) {
			t.Error("the PDF does not say that it is in Welsh")
		}
		if body := c.Get(at + "/share/text.txt?language=cy").Want(http.StatusOK).Body; !strings.Contains(body, "Darllen mwy: "+address) {
			t.Error(body)
		}
		c.Get(at + "/share/poster.docx").Want(http.StatusNotFound)
		c.Get(at + "/share/poster").Want(http.StatusNotFound)
		c.Get(at + "/share?language=fr").Want(http.StatusBadRequest)
		c.Get(at + "/share/poster.pdf?language=%ff").Want(http.StatusBadRequest)
		c.Get("/campaigns/no-such/share").Want(http.StatusNotFound)
		b.Clock.Move(8 * 24 * time.Hour)
		c.Get(at+"/share").WantText("Entries are closed.", "Results:").WantNoText("Entries close:")
		b.Clock.Move(15 * 24 * time.Hour)
		c.Get(at + "/share").WantText("The results are out.")
	})
}

func TestADraftIsSharedByNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		draft := models.Campaign{ID: b.Store.NewID(), OwnerID: b.organiser.ID, Title: "Not yet", Template: models.CampaignIdeas}
		if err := b.Store.CreateCampaign(t.Context(), &draft); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/share", "/share/poster.pdf", "/certificates"} {
			b.As(t, b.ann).Get("/campaigns/not-yet" + path).Want(http.StatusNotFound)
		}
		b.As(t, b.organiser).Get("/campaigns/not-yet/share").Want(http.StatusOK).WantText("Not published yet")
		b.As(t, b.organiser).Get("/campaigns/not-yet/share/poster.pdf").Want(http.StatusOK)
	})
}

func TestAPosterHoldsWhateverATitleIs(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		for i, title := range []string{strings.Repeat("Interoperability ", 9), strings.Repeat("a", models.MaxTitle), "🎉 Party 🎉", "ŵ"} {
			c := models.Campaign{ID: b.Store.NewID(), OwnerID: b.organiser.ID, Title: strings.TrimSpace(title), Template: models.CampaignIdeas, Brief: strings.Repeat("word ", 1000)}
			if err := b.Store.CreateCampaign(t.Context(), &c); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"poster.pdf", "slide.png"} {
				p := b.As(t, b.organiser).Get("/campaigns/" + c.Slug + "/share/" + file).Want(http.StatusOK)
				if file == "slide.png" {
					scanned(t, p.Body)
				} else if got := printed(t, p.Body); i == 2 && !strings.Contains(got, "Party") {
					t.Error(got)
				}
			}
		}
		c := models.Campaign{ID: b.Store.NewID(), OwnerID: b.organiser.ID, Title: "健康 care", Template: models.CampaignIdeas}
		if err := b.Store.CreateCampaign(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
		b.As(t, b.organiser).Get("/campaigns/" + c.Slug + "/share/poster.pdf").Want(http.StatusConflict).WantText("its font does not have the letters “健康”")
		b.As(t, b.organiser).Get("/campaigns/" + c.Slug + "/share").Want(http.StatusOK)
	})
}

func TestEverybodyWhoEnteredHasACertificate(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		won, other := b.enter(t, "Letters in minutes", b.ann, b.ben), b.enter(t, "A faster queue", b.ben)
		for cs, outcome := range map[string]judging.Outcome{won.ID: judging.Winner, other.ID: judging.NotChosen} {
			if err := b.Store.DecideEntry(t.Context(), &judging.Decision{CampaignID: b.campaign.ID, CaseStudyID: cs, Outcome: outcome, Reasoning: "It helps.", PersonID: b.organiser.ID}); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Store.SaveAward(t.Context(), &aftermath.Award{CampaignID: b.campaign.ID, CaseStudyID: won.ID, Pence: 125050, Purpose: "Two scanners", AwardedOn: "2026-03-01", PersonID: b.organiser.ID}); err != nil {
			t.Fatal(err)
		}
		list, one := at+"/certificates", at+"/certificates/"+won.Slug
		for _, path := range []string{list, one, one + "/certificate.pdf"} {
			b.As(t, b.ann).Get(path).Want(http.StatusNotFound)
		}
		b.As(t, b.organiser).Get(one).Want(http.StatusOK).WantText("The results are not out yet")
		b.Clock.Move(22 * 24 * time.Hour)
		c := b.Client(t)
		c.Get(list).Want(http.StatusOK).WantText("Letters in minutes Winner", "A faster queue Took part").WantNoText("Not chosen", "not out yet")
		c.Get(one).Want(http.StatusOK).WantText("Winner Ann Author, Siân Ŵyn", "£1,250.50, Two scanners", "For one of the team", apptest.BaseURL+one)
		c.Get(one+"?for=ben").Want(http.StatusOK).WantText("Winner Siân Ŵyn", apptest.BaseURL+one+"?for=ben")
		c.Get(one + "?for=olga").Want(http.StatusNotFound)
		c.Get(at + "/certificates/no-such").Want(http.StatusNotFound)
		if got := printed(t, c.Get(one+"/certificate.pdf?language=cy&for=ben").Want(http.StatusOK).Body); !strings.Contains(got, "SiânŴyn") || !strings.Contains(got, "Lettersinminutes") || !strings.Contains(got, "£1,250.50") || strings.Contains(got, "AnnAuthor") || !strings.Contains(got, "Tystysgrif") {
			t.Error(got)
		}
		c.Get(one + "/certificate.pdf?language=xx").Want(http.StatusBadRequest)
		get := func() { b.Client(t).Get(list).Want(http.StatusOK) }
		before := len(b.Statements(get))
		b.enter(t, "Another", b.ann)
		if after := len(b.Statements(get)); after != before {
			t.Errorf("%d statements, with an entry more %d", before, after)
		}
	})
}
