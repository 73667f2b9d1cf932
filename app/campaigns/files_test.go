package campaigns_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/judging"
)

// pdf is a PDF of one line.
func pdf(field, name, line string) apptest.File {
	var b strings.Builder
	var at []int
	object := func(text string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), text)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>")
	drawn := "BT /F1 12 Tf 72 700 Td (" + line + ") Tj ET"
	object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(drawn), drawn))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return apptest.File{Field: field, Name: name, ContentType: "application/pdf", Content: []byte(b.String())}
}

// withFile asks for a plan, which has to be there, and how much.
func withFile(c *models.Campaign) {
	c.Questions = []models.CampaignQuestion{{Text: "Your plan", Kind: models.QuestionFile, Required: true}, {Text: "How much?", Kind: models.QuestionNumber, Required: true}}
}

// kept is what a form keeps of the files that were sent.
func kept(t *testing.T, page *apptest.Page, q models.CampaignQuestion) string {
	t.Helper()
	_, rest, _ := strings.Cut(page.Body, `name="`+q.KeptField()+`" value="`)
	if len(rest) < 26 || !models.ValidID(rest[:26]) {
		t.Fatalf("no file is kept: %s", page.Text())
	}
	return rest[:26]
}

func (b *bench) contents(t *testing.T) int {
	t.Helper()
	if err := b.feature.Move(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := b.files.Each(t.Context(), func(string, int64) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAFileAnswersAQuestion(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, withFile)
		cs := b.post(t, b.member, "Letters in minutes")
		plan, much := made.Questions[0], made.Questions[1].Field()
		at := "/campaigns/" + made.Slug
		to := at + "/enter"
		b.Clock.Move(25 * time.Hour)
		c := b.As(t, b.member)
		c.Get(to).Want(http.StatusOK).WantText("Your plan", "10 MB at most")
		c.PostFiles(to, url.Values{"case_study": {cs.Slug}, much: {"1"}}).WantErrors("Answer this: Your plan")
		c.PostFiles(to, url.Values{"case_study": {cs.Slug}, much: {"1"}}, apptest.File{Field: plan.Field(), Name: "a.exe", Content: []byte("MZ\x00")}).Want(http.StatusUnsupportedMediaType).WantText("Only JPEG, PNG, GIF and WebP images and PDF files")
		c.PostFiles(to, url.Values{"case_study": {cs.Slug}, much: {"1"}}, pdf(plan.Field(), "plan.pdf", "NHS number 943 476 5919")).Want(http.StatusUnprocessableEntity).WantText("This looks like an NHS number")
		if n := b.contents(t); n != 0 {
			t.Errorf("%d contents are kept of what was refused", n)
		}

		// Another field is wrong: the file is kept, and nobody else gets it.
		wrong := c.PostFiles(to, url.Values{"case_study": {cs.Slug}, much: {"a lot"}}, pdf(plan.Field(), "plan of Mia.pdf", "We measure twice")).WantErrors("Enter a number, such as 1250 or 0.5: How much?")
		first := kept(t, wrong.WantText("This file is kept", "plan of Mia.pdf"), plan)
		c.Get(to).WantText("plan of Mia.pdf") // after a pause too
		file := at + "/files/" + first
		b.As(t, b.organiser).Get(file).Want(http.StatusNotFound)
		b.Client(t).Get(file).WantRedirect("/sign-in?next=" + url.QueryEscape(file))
		// Somebody else cannot answer with it.
		theirs := b.post(t, b.organiser, "Beds in sight")
		b.As(t, b.organiser).PostFiles(to, url.Values{"case_study": {theirs.Slug}, much: {"1"}, plan.KeptField(): {first}}).WantErrors("This file was taken away or replaced meanwhile. Choose it again")
		receipt := c.PostFiles(to, url.Values{"case_study": {cs.Slug}, much: {"5"}, plan.KeptField(): {first}}).Want(http.StatusSeeOther).Header.Get("Location")
		sent := c.Get(file).Want(http.StatusOK)
		if got := sent.Header.Get("Content-Disposition") + sent.Header.Get("Content-Type") + sent.Header.Get("Content-Security-Policy") + sent.Header.Get("Cache-Control"); got != `attachment; filename="plan of Mia.pdf"application/pdfdefault-src 'none'; sandboxno-store` {
			t.Error(got)
		}
		b.As(t, b.organiser).Get(file).Want(http.StatusOK)
		b.As(t, b.organiser).Get(receipt).WantText("plan of Mia.pdf")
		b.As(t, apptest.Person(t, b.Store)).Get(file).Want(http.StatusNotFound)

		// It is replaced, and what nothing has goes.
		c.PostFiles(receipt, url.Values{much: {"6"}, plan.KeptField(): {first}}, pdf(plan.Field(), "better.pdf", "We measure thrice")).WantRedirect(receipt)
		second := kept(t, c.Get(receipt).WantText("better.pdf").WantNoText("plan of Mia.pdf"), plan)
		if n := b.contents(t); n != 1 {
			t.Errorf("%d contents", n)
		}
		c.Get(file).Want(http.StatusNotFound)
		// An older form, open since before, is told.
		c.PostFiles(receipt, url.Values{much: {"7"}, plan.KeptField(): {first}}).WantErrors("This file was taken away or replaced meanwhile. Choose it again")
		// A file that has to be there is not taken away; of a draft it is.
		c.PostFiles(receipt, url.Values{much: {"7"}, plan.KeptField(): {second}, plan.RemoveField(): {"true"}}).WantErrors("Answer this: Your plan")
		c.Get(at + "/files/" + second).Want(http.StatusOK)
		c.Post(receipt+"/withdraw", nil).WantRedirect(receipt)
		c.PostFiles(receipt, url.Values{"action": {"draft"}, plan.KeptField(): {second}, plan.RemoveField(): {"true"}}).WantRedirect(receipt)
		if n := b.contents(t); n != 0 {
			t.Errorf("%d contents", n)
		}

		// Too late: it is kept with the draft.
		b.Clock.Move(8 * 24 * time.Hour)
		c = b.As(t, b.member)
		late := b.post(t, b.member, "Late")
		c.PostFiles(to, url.Values{"case_study": {late.Slug}, much: {"5"}}, pdf(plan.Field(), "late.pdf", "Sorry")).Want(http.StatusConflict).WantText("your draft", "late.pdf")
		e, err := b.Store.EntryOf(t.Context(), made.ID, late.ID)
		if err != nil || !models.ValidID(e.Answer(plan.ID)) {
			t.Fatalf("%+v, %v", e, err)
		}
		b.As(t, b.organiser).Get(at + "/files/" + e.Answer(plan.ID)).Want(http.StatusOK)
		// What no entry has is kept for a while, and no longer.
		c.PostFiles(to, url.Values{"case_study": {b.post(t, b.member, "Another").Slug}}, pdf(plan.Field(), "aside.pdf", "Later"), apptest.File{Field: "x"})
		if n := b.contents(t); n != 2 {
			t.Errorf("%d contents", n)
		}
	})
}

func TestWhatIsInDoubtInAFormWithFilesIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, withFile, func(c *models.Campaign) {
			c.Questions = append(c.Questions, models.CampaignQuestion{Text: "Anything else?", Kind: models.QuestionText})
		})
		cs := b.post(t, b.member, "Letters in minutes")
		b.Clock.Move(25 * time.Hour)
		c := b.As(t, b.member)
		to := "/campaigns/" + made.Slug + "/enter"
		values := url.Values{"case_study": {cs.Slug}, made.Questions[1].Field(): {"1"}, made.Questions[2].Field(): {"We showed it to Mr Weatherby and he liked it."}}
		asked := c.PostFiles(to, values, pdf(made.Questions[0].Field(), "plan.pdf", "Nothing")).Want(http.StatusUnprocessableEntity)
		values.Set(made.Questions[0].KeptField(), kept(t, asked, made.Questions[0]))
		values.Set("personal-again", "")
		for _, part := range strings.Split(asked.Body, `name="personal-place" value="`)[1:] {
			key := part[:strings.IndexByte(part, '"')]
			values.Add("personal-place", key)
			values.Set("personal-answer-"+key, "staff")
		}
		c.PostFiles(to, values, apptest.File{Field: "none"}).Want(http.StatusSeeOther)
	})
}

func TestJudgesAreGivenTheFilesOfTheirEntries(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, withFile, func(c *models.Campaign) {
			c.Questions = append(c.Questions, models.CampaignQuestion{Text: "A picture", Kind: models.QuestionFile})
		})
		cs := b.post(t, b.member, "Letters in minutes")
		plan, picture := made.Questions[0], made.Questions[2]
		at := "/campaigns/" + made.Slug
		b.Clock.Move(25 * time.Hour)
		ward := drawing(t, 30, 10, 1)
		ward.Field = picture.Field()
		b.As(t, b.member).PostFiles(at+"/enter", url.Values{"case_study": {cs.Slug}, made.Questions[1].Field(): {"5"}}, pdf(plan.Field(), "plan of Mia.pdf", "We measure twice"), ward).Want(http.StatusSeeOther)
		e, err := b.Store.EntryOf(t.Context(), made.ID, cs.ID)
		if err != nil {
			t.Fatal(err)
		}
		judge := apptest.Person(t, b.Store)
		rules := judging.PanelRules{CampaignID: made.ID, PerEntry: 1, Tie: judging.TieShared}
		if err := b.Store.SavePanelRules(t.Context(), &rules); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.Give(t.Context(), made.ID, []judging.Pair{{Entry: cs.ID, Judge: judge.ID}}, nil); err != nil {
			t.Fatal(err)
		}
		files := []string{at + "/files/" + e.Answer(plan.ID), at + "/files/" + e.Answer(picture.ID)}
		b.As(t, judge).Get(files[0]).Want(http.StatusNotFound) // judging has not begun
		b.Clock.Move(15 * 24 * time.Hour)
		b.As(t, judge).Get(files[0]).Want(http.StatusOK)
		b.As(t, apptest.Person(t, b.Store)).Get(files[0]).Want(http.StatusNotFound)
		rules.Blind = true
		if err := b.Store.SavePanelRules(t.Context(), &rules); err != nil {
			t.Fatal(err)
		}
		b.As(t, judge).Get(files[0]).Want(http.StatusForbidden)
		sent := b.As(t, judge).Get(files[1]).Want(http.StatusOK)
		if got := sent.Header.Get("Content-Disposition"); got != "attachment; filename=answer.png" {
			t.Error(got)
		}
		// Whoever closes their account takes along what no entry has; what is entered stays.
		b.As(t, b.organiser).PostFiles(at+"/enter", url.Values{"case_study": {"x"}}, pdf(plan.Field(), "aside.pdf", "Aside"), apptest.File{Field: "none"})
		if n := b.contents(t); n != 3 {
			t.Errorf("%d contents", n)
		}
		if err := b.Store.ClosePerson(t.Context(), b.organiser.ID); err != nil {
			t.Fatal(err)
		}
		if n := b.contents(t); n != 2 {
			t.Errorf("%d contents", n)
		}
	})
}

func TestFilesThroughTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		made := b.begin(t, withFile)
		cs := b.post(t, b.member, "Letters in minutes")
		plan, much := made.Questions[0], made.Questions[1]
		b.Clock.Move(25 * time.Hour)
		c, at := b.Program(t, b.member), "/api/v1/campaigns/"+made.ID
		send := func(question string) *apptest.Page {
			return c.Do(http.MethodPost, at+"/files?question="+question+"&name=plan.pdf", strings.NewReader(string(pdf("", "", "Twice").Content)), "application/pdf")
		}
		send(much.ID).WantProblem(http.StatusUnprocessableEntity)
		var file struct{ ID, Name, URL string }
		send(plan.ID).Want(http.StatusCreated).JSON(&file)
		c.Send(http.MethodPost, at+"/entries", map[string]any{"case_study": cs.ID, "answers": []map[string]any{{"question": plan.ID, "answer": file.ID}, {"question": much.ID, "answer": "5"}}}).Want(http.StatusCreated)
		got := c.Get(at + "/files/" + file.ID).Want(http.StatusOK)
		if got.Body != string(pdf("", "", "Twice").Content) || file.Name != "plan.pdf" {
			t.Errorf("%+v", file)
		}
		b.Program(t, apptest.Person(t, b.Store)).Get(at + "/files/" + file.ID).WantProblem(http.StatusNotFound)
	})
}
