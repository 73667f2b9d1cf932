package reading_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/reading"
	"grassroots/app/web"
)

func each(t *testing.T, f func(t *testing.T, a *apptest.App)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{reading.New(s)} }, f)
}

const text = "Prior to this the letters that used to wait for days on a desk in the office would now and then be lost, which nobody noticed until a patient came back to the ward. We use PPM."

func TestAScriptIsGivenHints(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		form := url.Values{"body": {text + " " + strings.Repeat("It is good. ", 20)}, "reading_language": {"en"}}
		a.Client(t).Post("/case-studies/reading", form).Want(http.StatusUnauthorized)
		c := a.As(t, apptest.Person(t, a.Store))
		page := c.Post("/case-studies/reading", form).Want(http.StatusOK).WantText("Reading age: about", "1 long sentence", "1 abbreviation not explained", "PPM", "prior to: before")
		if strings.Contains(page.Body, "<html") {
			t.Error("it is a whole page")
		}
		form.Set("reading_language", "cy")
		c.Post("/case-studies/reading", form).Want(http.StatusOK).WantText("no hints for texts that are not in English").WantNoText("PPM")
		c.Post("/case-studies/reading", url.Values{"body": {"<script>alert(1)</script> " + strings.Repeat("<b>word</b> & ", 40)}}).Want(http.StatusOK)
		c.Post("/case-studies/reading", nil).Want(http.StatusOK).WantText("Hints stand here once there is text")
		c.Post("/case-studies/reading", url.Values{"body": {strings.Repeat("a ", 100_001)}}).Want(http.StatusUnprocessableEntity)
	})
}

func TestTheAPIGivesHintsAndKeepsNothing(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		ask := func(language string) (out struct {
			Hints   bool
			Words   int
			Long    []struct{ Words int }            `json:"long_sentences"`
			Short   []string                         `json:"unexplained_abbreviations"`
			Plainer []struct{ Word, Plainer string } `json:"plainer_words"`
		}) {
			raw, err := json.Marshal(map[string]string{"text": text, "language": language})
			if err != nil {
				t.Fatal(err)
			}
			var body string
			if n := a.Statements(func() {
				body = c.Do(http.MethodPost, "/api/v1/reading", strings.NewReader(string(raw)), "application/json").Want(http.StatusOK).Body
			}); len(n) > 0 {
				t.Errorf("it asks the database %q", n)
			}
			if err := json.Unmarshal([]byte(body), &out); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			return out
		}
		if out := ask("en-GB"); !out.Hints || out.Words != 37 || len(out.Long) != 1 || len(out.Short) != 1 || len(out.Plainer) != 1 || out.Plainer[0].Plainer != "before" {
			t.Errorf("%+v", out)
		}
		if out := ask("cy"); out.Hints || out.Words != 0 {
			t.Errorf("%+v", out)
		}
	})
}
