package searches_test

import (
	"fmt"
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/searches"
	"grassroots/app/web"
)

// The page of one search takes as many statements as that of many.
func TestThePageOfSearchesTakesFewStatements(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{searches.New(s)} }, func(t *testing.T, a *apptest.App) {
		p := apptest.Person(t, a.Store)
		program, c := a.Program(t, p), a.As(t, p)
		count := func() int {
			c.Get("/me/searches").Want(http.StatusOK)
			return len(a.Statements(func() { c.Get("/me/searches").Want(http.StatusOK) }))
		}
		var counts []int
		for i := range 12 {
			program.Send(http.MethodPost, "/api/v1/me/searches", map[string]any{"name": fmt.Sprintf("Search %d", i), "query": fmt.Sprintf("q=word+%d&system=systmone", i), "follow": i%2 == 0}).Want(http.StatusCreated)
			if i == 0 || i == 11 {
				counts = append(counts, count())
			}
		}
		if counts[0] != counts[1] || counts[1] > 8 {
			t.Errorf("%d statements for one, %d for twelve", counts[0], counts[1])
		}
	})
}
