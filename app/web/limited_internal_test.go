package web

import "testing"

func TestEveryLimitedRouteExists(t *testing.T) {
	for route := range limited {
		if _, ok := access[route]; !ok {
			t.Errorf("%s has a limit and no rule", route)
		}
	}
	for _, route := range ReadsByPost() {
		if limited[route] != limitSearch {
			t.Errorf("%s writes nothing and counts as a write", route)
		}
	}
}
