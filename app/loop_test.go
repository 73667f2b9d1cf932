package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/models"
)

// What one trust posts another takes up; three months on its owner answers the e-mail by its
// link, and everything that tells what came of it says so.
func TestTheLoopIsClosed(t *testing.T) {
	eachTold(t, func(w told) {
		author, lead := w.at("RR8", "ann", "Ann"), w.at("RWY", "nina", "Nina", models.RoleLead)
		cs := w.post(author, models.Document{Title: "Letters", Organisation: "RR8", Stage: models.StageInUse})
		page := "/case-studies/" + cs.Slug
		w.As(w.t, lead).Get(page+"/adopt").Form(page+"/adopt").Set("status", "trying").Send().Want(http.StatusSeeOther)
		w.As(w.t, lead).Get(page + "/adoptions/RWY/workspace").Want(http.StatusOK)
		w.Client(w.t).Get(page + "/adoptions/RWY/workspace").Want(http.StatusNotFound)
		// The clock of the whole program is the real one, so what it began with is put back.
		then := w.Store.Now().Add(-93 * 24 * time.Hour)
		if err := w.Store.DB(w.t.Context()).Exec("UPDATE adoptions SET created_at = ?, changed_at = ?", then, then).Error; err != nil {
			w.t.Fatal(err)
		}
		w.work() // in turn: what is told at the same time may come in any order
		if err := w.whole.Adoptions.Ask(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		var texts []string
		if err := w.Store.DB(w.t.Context()).Raw("SELECT text FROM emails WHERE subject = ?", "How far are you with it by now?").Scan(&texts).Error; err != nil || len(texts) != 1 {
			w.t.Fatalf("%d e-mails ask (%v)", len(texts), err)
		}
		link := regexp.MustCompile(`/adoption-follow-up/[A-Za-z0-9_-]+`).FindString(texts[0])
		w.Client(w.t).Get("/impact").WantText("Of all these: asked how it goes, nothing heard Adoptions 1")
		w.Client(w.t).Get(link+"?status=in-use").Want(http.StatusOK).Form(link).Set("result", "Zanzibar got better.").Send().WantRedirect(link + "?done=1")
		at := page + "/adoptions/RWY"
		w.As(w.t, lead).Get(at+"/measures").Form(at+"/measures").Set("name", "Time on letters").Set("unit", "hours a week").Set("better", "lower").Set("baseline", "80").Set("result", "5").Send().WantRedirect(at + "#figures")
		w.work()
		w.want(author, "Nina says that Organisation RWY uses your case study Letters", "Nina says that Organisation RWY is trying your case study Letters")
		for at, shows := range map[string]string{page: "Zanzibar got better.", at: "75 hours a week, which is 2 full-time equivalents of 37.5 hours", at + "?": "After 3 months: In use, answered on", page + "?": "Time on letters: before 80, now 5 hours a week", "/impact?": "Hours released a week Measured None said Claimed 75", "/organisations/RWY/impact?": "Time on letters How well known Claimed", page + "/spread": "Zanzibar got better.", page + "/kit": "Organisation RWY",
			"/organisations/RWY/impact": "Zanzibar got better.", "/organisations/RR8/impact": "Zanzibar got better.", "/impact": "In use Adoptions 1"} {
			w.Client(w.t).Get(at).Want(http.StatusOK).WantText(shows)
		}
		if csv := w.Client(w.t).Get("/impact/data/adoptions.csv").Want(http.StatusOK).Body; !strings.Contains(csv, "RWY") || !strings.Contains(csv, "in-use") {
			w.t.Error(csv)
		}
	})
}
