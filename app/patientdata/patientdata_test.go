package patientdata_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/patientdata"
	"grassroots/app/web"
)

// each runs a test on both databases.
func each(t *testing.T, f func(t *testing.T, a *apptest.App), options ...apptest.Option) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		feature := patientdata.New(site)
		return []apptest.Routes{both{feature}}
	}, f, options...)
}

// both mounts a feature's pages before its part of the API, as the program
// does.
type both struct{ *patientdata.Feature }

type found struct {
	Findings []struct {
		Kind       string
		Start, End int
		Certain    bool
	}
}

const text = "Zoë: NHS 999 026 0184, from Mr Weir."

func ask(t *testing.T, a *apptest.App, text string) found {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	page := a.Client(t).Do(http.MethodPost, "/api/v1/check", strings.NewReader(string(body)), "application/json").Want(http.StatusOK)
	var out found
	if err := json.Unmarshal([]byte(page.Body), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCheckNamesPlacesByCharacter(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		out := ask(t, a, text)
		if len(out.Findings) != 2 {
			t.Fatalf("%+v", out)
		}
		runes := []rune(text)
		first, second := out.Findings[0], out.Findings[1]
		if first.Kind != "nhs_number" || !first.Certain || string(runes[first.Start:first.End]) != "999 026 0184" {
			t.Errorf("%+v", first)
		}
		if second.Kind != "name" || second.Certain || string(runes[second.Start:second.End]) != "Weir" {
			t.Errorf("%+v", second)
		}
		if out := ask(t, a, "Ring ext 4521."); out.Findings == nil || len(out.Findings) > 0 {
			t.Errorf("%+v", out)
		}
	})
}

func TestCheckLetsTheTestRangePassInTheDemonstration(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		if out := ask(t, a, "NHS 999 026 0184"); len(out.Findings) > 0 {
			t.Errorf("%+v", out)
		}
	}, apptest.Demo())
}

func TestCheckPageMarksWhatItFinds(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		client := a.Client(t)
		client.Get("/check").Want(http.StatusOK).WantText("Nothing of it is kept")
		page := client.Post("/check", url.Values{"text": {text}}).Want(http.StatusOK).WantText("2 places were found", "(NHS number, certain)", "(perhaps a name)")
		if !strings.Contains(page.Body, "<mark class=\"\">999 026 0184</mark>") && !strings.Contains(page.Body, "<mark>999 026 0184</mark>") {
			t.Errorf("the number is not marked: %s", page.Body)
		}
		client.Post("/check", url.Values{"text": {"Ring ext 4521."}}).Want(http.StatusOK).WantText("Nothing was found")
		client.Post("/check", url.Values{"text": {" "}}).Want(http.StatusUnprocessableEntity).WantText("Paste the text to check")
		client.Post("/check", url.Values{"text": {strings.Repeat("a", 200_001)}}).Want(http.StatusUnprocessableEntity).WantText("in parts of 200,000 characters")
	})
}

func TestCheckIsLimitedAndLogsNothing(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		client := a.Client(t)
		statuses := []int{}
		for range 121 {
			statuses = append(statuses, client.Post("/check", url.Values{"text": {text}}).Status)
		}
		if slices.Contains(statuses[:120], http.StatusTooManyRequests) || statuses[120] != http.StatusTooManyRequests {
			t.Errorf("%v", statuses)
		}
		if page := client.Post("/check", url.Values{"text": {text}}); page.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		a.Clock.Move(time.Minute)
		client.Post("/check", url.Values{"text": {text}}).Want(http.StatusOK)
		if strings.Contains(a.Log.String(), "026 0184") {
			t.Errorf("the log has it: %s", a.Log)
		}
	}, apptest.WithLimits(web.Limits{Searches: 12}, web.Proxies{}))
}
