package adoptions_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/words"
	"grassroots/models"
)

func TestFiguresAreInWelsh(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		keeper, at, api := b.measuring()
		theirs := map[string]bool{}
		for _, name := range []string{"Letters in minutes", "Person keeper", "Owen Owner", "Time to send a letter", "Calls"} {
			theirs[words.ID(name)] = true
		}
		look := func(p *apptest.Page) {
			t.Helper()
			for _, id := range book.Missing(models.Welsh, []byte(p.Body)) {
				if !theirs[id] {
					t.Errorf("not in Welsh: %q", id)
				}
			}
		}
		c := b.As(t, keeper)
		for _, page := range []string{"", "/measures", "/measures?benefit=1", "/money"} {
			look(c.Get(at + page).Want(http.StatusOK))
		}
		series := strings.Replace(steppedSeries, "when,minutes\nstep: 2026-01-11", "step: 2026-01-11\nwhen,minutes", 1)
		measure := func(more map[string]any) map[string]any {
			more["name"] = "Calls"
			if more["better"] == nil {
				more["better"] = "lower"
			}
			return more
		}
		put := func(list ...any) {
			b.Program(t, keeper).Send("PUT", api, map[string]any{"measures": list, "money": map[string]any{"one_off": 1, "running": 2, "cash": 3, "non_cash": 4, "expected": map[string]any{"one_off": 1, "running": 2, "cash": 3, "non_cash": 4}, "known": "measured", "how": "x"}}).Want(http.StatusOK)
			look(b.Client(t).Get(at).Want(http.StatusOK))
			look(b.Client(t).Get(b.path()).Want(http.StatusOK))
			look(c.Get(at).Want(http.StatusOK))
		}
		put(measure(map[string]any{"baseline": 4, "result": 2, "sample": 3, "unit": "hours a week", "repeats": "Calls"}), measure(map[string]any{"baseline": 4, "result": 8, "unit": "hours a week"}),
			measure(map[string]any{"baseline": 4, "result": 4, "from": "2026-01-01", "to": "2026-01-02"}), measure(map[string]any{"series": series}))
		put(measure(map[string]any{"result": 2}), measure(map[string]any{"expected": 2}), measure(map[string]any{"baseline": 2}))
		put(measure(map[string]any{"series": "a,1\nb,2"}), measure(map[string]any{"better": "higher", "baseline": 2, "result": 4}), measure(map[string]any{"better": "higher", "baseline": 4, "result": 2}))
		look(c.Post(at+"/measures", url.Values{"version": {"1"}, "name": {"Calls"}}).Want(http.StatusConflict))
		look(c.Post(at+"/money", url.Values{"version": {"1"}, "how": {"x"}}).Want(http.StatusConflict))
		look(c.Post(at+"/money", url.Values{"version": {"4"}, "how": {"x"}}).Want(http.StatusUnprocessableEntity))
	})
}
