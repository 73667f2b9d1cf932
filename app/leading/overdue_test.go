package leading_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/models"
)

type overdueList struct {
	Items []struct {
		Kind, ID, Title, Of, Who, URL string
		Since                         time.Time
		Days                          int
	}
	NextCursor *string `json:"next_cursor"`
	Total      int
}

// muchOverdue makes n of each kind that is overdue, many of them since the same moment.
func (b *bench) muchOverdue(n int) {
	b.t.Helper()
	tried := b.adopt(b.study(b.author, models.Document{Title: "Tried trolleys", Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionTrying)
	for i := range n {
		b.task(tried, fmt.Sprintf("Task %d", i), b.day(-2-i/4), false)
		at := b.study(b.owner, models.Document{Title: fmt.Sprintf("Idea %d", i), Organisation: "RR8", Stage: models.StageIdea})
		a := b.adopt(b.study(b.author, models.Document{Title: fmt.Sprintf("Silent %d", i), Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionPlanning)
		// An adoption, an idea and, in London in winter, a task of that day are overdue since one midnight.
		day := b.Store.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1-i/4).Add(-14 * 24 * time.Hour)
		for _, sql := range []string{"UPDATE case_studies SET published_at = ? WHERE id = ?", "UPDATE adoptions SET silent_since = ? WHERE id = ?"} {
			id := at.ID
			if strings.Contains(sql, "adoptions") {
				id = a.ID
			}
			if err := b.Store.DB(b.t.Context()).Exec(sql, day, id).Error; err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

func TestAllThatIsOverdueIsAList(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.author, models.Document{Title: "Makes it known", Organisation: "RR8", Stage: models.StageTrial})
		lead, program := b.As(t, b.lead), b.Program(t, b.lead)
		page := lead.Get("/me/lead/overdue").Want(http.StatusOK).WantText("Organisation RR8", "Nothing is overdue", "Back to the lead’s home")
		inWelsh(t, page)
		var none overdueList
		program.Get("/api/v1/me/lead/overdue").Want(http.StatusOK).JSON(&none)
		if none.Total != 0 || none.Items == nil || none.NextCursor != nil {
			t.Errorf("the API gives %+v", none)
		}

		b.muchOverdue(15)
		home := lead.Get("/me/lead").Want(http.StatusOK)
		b.has(home, "overdue", "The ten that are most overdue.", "All 45 that are overdue")
		inWelsh(t, home)
		// Whatever the size of a page, all are there, each once, in one order.
		var whole []string
		for _, limit := range []int{100, 1, 4, 7, 44, 45} {
			var ids []string
			last, cursor := time.Time{}, ""
			for {
				var got overdueList
				program.Get(fmt.Sprintf("/api/v1/me/lead/overdue?organisation=RR8&limit=%d&cursor=%s", limit, cursor)).Want(http.StatusOK).JSON(&got)
				if got.Total != 45 || len(got.Items) > limit {
					t.Fatalf("%d of %d by %d", len(got.Items), got.Total, limit)
				}
				for _, o := range got.Items {
					if o.Since.Before(last) || o.Days < 0 || !strings.HasPrefix(o.URL, "http") {
						t.Errorf("out of place: %+v", o)
					}
					last, ids = o.Since, append(ids, o.ID)
				}
				if got.NextCursor == nil {
					break
				}
				cursor = *got.NextCursor
			}
			if whole == nil {
				whole = ids
			}
			if !slices.Equal(ids, whole) || len(ids) != 45 {
				t.Errorf("by %d there are %d, in another order or not all", limit, len(ids))
			}
		}

		page = lead.Get("/me/lead/overdue").Want(http.StatusOK).WantText("45 things are overdue", "Task 14", "Nobody has it", "Nothing heard since we asked", "Idea without a first response")
		inWelsh(t, page)
		pages := 1
		for ; ; pages++ {
			next := ""
			for _, l := range page.Links() {
				if strings.Contains(l, "/me/lead/overdue?") && strings.Contains(l, "cursor=") {
					next = l
				}
			}
			if next == "" {
				break
			}
			page = lead.Get(next).Want(http.StatusOK)
		}
		if pages != 3 {
			t.Errorf("%d pages", pages)
		}
		inWelsh(t, page)
		page.WantText("Silent 3")
		for _, wrong := range []string{"x", "1-2", "1-9-" + b.lead.ID, "-1-0-" + b.lead.ID, "99999999999999999999-0-" + b.lead.ID, "1-0-x"} {
			lead.Get("/me/lead/overdue?cursor=" + url.QueryEscape(wrong)).Want(http.StatusBadRequest)
			program.Get("/api/v1/me/lead/overdue?cursor=" + url.QueryEscape(wrong)).Want(http.StatusBadRequest)
		}
	})
}

func TestAllThatIsOverdueTakesAsManyStatementsForMany(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.muchOverdue(1)
		lead, program := b.As(t, b.lead), b.Program(t, b.lead)
		for _, ask := range []func(){func() { lead.Get("/me/lead/overdue").Want(http.StatusOK) }, func() { program.Get("/api/v1/me/lead/overdue?limit=100").Want(http.StatusOK) }, func() { program.Get("/api/v1/me/lead").Want(http.StatusOK) }} {
			ask()
			few := len(b.Statements(ask))
			b.muchOverdue(8)
			ask() // what is read now and then is read by now
			if many := len(b.Statements(ask)); many > few {
				t.Errorf("%d statements, then %d", few, many)
			}
		}
	})
}

func TestWhoReadsWhatLeadsReadInTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.author, models.Document{Title: "Makes them known", Organisation: "RR8", Stage: models.StageTrial})
		b.study(b.author, models.Document{Title: "Makes them known too", Organisation: "RWY", Stage: models.StageTrial})
		for _, path := range []string{"/api/v1/me/lead", "/api/v1/me/lead/overdue"} {
			here := path + "?organisation=RR8"
			b.Client(t).Get(here).Want(http.StatusUnauthorized)
			b.Program(t, b.owner).Get(path).Want(http.StatusForbidden)
			b.Program(t, b.owner).Get(here).Want(http.StatusForbidden)
			b.Program(t, b.far).Get(here).Want(http.StatusForbidden)
			b.Program(t, b.far).Get(path).Want(http.StatusOK)
			b.Program(t, b.lead).Get(path + "?organisation=rr8").Want(http.StatusOK)
			b.Program(t, b.two).Get(path + "?organisation=RWY").Want(http.StatusOK)
			admin := b.Program(t, b.admin)
			admin.Get(here).Want(http.StatusOK)
			admin.Get(path).Want(http.StatusNotFound)
			admin.Get(path + "?organisation=XX99").Want(http.StatusNotFound)
			admin.Get(path + "?organisation=%27%22").Want(http.StatusNotFound)
			admin.Get(path + "?organisation=12345678901").Want(http.StatusBadRequest)
		}
		b.As(t, b.far).Get("/me/lead/overdue?organisation=RR8").Want(http.StatusForbidden)
		b.Client(t).Get("/me/lead/overdue").WantRedirect("/sign-in?next=%2Fme%2Flead%2Foverdue")
	})
}

func TestTheAPIGivesWhatThePageOfLeadsShows(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.study(b.owner, models.Document{Title: "Our own", Organisation: "RR8", Stage: models.StageInUse, Connections: joined("SystmOne", "hl7-v2")})
		b.study(b.author, models.Document{Title: "By its system", Organisation: "RWY", Stage: models.StageTrial, Connections: joined("SystmOne", "")})
		b.study(b.author, models.Document{Title: "Not for everybody", Visibility: models.ToOrganisation, Organisation: "RWY", Stage: models.StageTrial, Connections: joined("SystmOne", "")})
		b.study(b.owner, models.Document{Title: "Waits", Organisation: "RR8", Stage: models.StageIdea})
		b.Clock.Move(16 * 24 * time.Hour)
		used := b.adopt(b.study(b.author, models.Document{Title: "Used letters", Organisation: "RWY", Stage: models.StageInUse}), models.AdoptionInUse)
		b.task(used, "Ask the lab", b.day(-5), false)
		b.task(used, "Tell the porters", b.day(-9), true)
		var got struct {
			Organisation string
			Name         string `json:"organisation_name"`
			Others       []struct {
				Organisation string
				Name         string `json:"organisation_name"`
			} `json:"you_lead_too"`
			Systems, Standards []string
			New                []struct {
				Title     string
				Systems   []string
				Standards []string
			}
			Ideas struct {
				Total int
				Items []struct {
					Title, By string
					Days      int `json:"waits_days"`
					Overdue   bool
				}
			}
			Adoptions struct {
				Total    int
				ByStatus map[string]int `json:"by_status"`
				Items    []struct {
					Title, Status, Owner string
					Silent               *time.Time `json:"silent_since"`
					Tasks                struct{ Total, Done, Overdue int }
				}
			}
			Overdue overdueList
			Thanks  []struct {
				Title string
				Names []string
			} `json:"to_thank"`
			URL string
		}
		b.Program(t, b.two).Get("/api/v1/me/lead").Want(http.StatusOK).JSON(&got)
		if got.Organisation != "RR8" || got.Name != "Organisation RR8" || len(got.Others) != 1 || got.Others[0].Organisation != "RWY" || got.Others[0].Name != "Organisation RWY" || !strings.HasSuffix(got.URL, "/me/lead?organisation=RR8") {
			t.Errorf("it is of %+v", got)
		}
		if !slices.Equal(got.Standards, []string{"hl7-v2"}) || len(got.New) != 1 || got.New[0].Title != "By its system" || len(got.New[0].Systems) != 1 || got.New[0].Standards == nil {
			t.Errorf("what fits: %v %v %+v", got.Systems, got.Standards, got.New)
		}
		if w := got.Ideas; w.Total != 1 || w.Items[0].Title != "Waits" || w.Items[0].By != "Person olga" || w.Items[0].Days != 16 || !w.Items[0].Overdue {
			t.Errorf("ideas: %+v", w)
		}
		if a := got.Adoptions; a.Total != 1 || a.ByStatus["in-use"] != 1 || a.Items[0].Owner != "Person olga" || a.Items[0].Silent != nil || a.Items[0].Tasks.Total != 2 || a.Items[0].Tasks.Done != 1 || a.Items[0].Tasks.Overdue != 1 {
			t.Errorf("adoptions: %+v", a)
		}
		if o := got.Overdue; o.Total != 2 || o.Items[0].Kind != "task" || o.Items[0].Of != "Used letters" || o.Items[0].Days != 4 || o.Items[1].Kind != "response" || o.Items[1].Days != 2 {
			t.Errorf("overdue: %+v", o)
		}
		if len(got.Thanks) != 1 || got.Thanks[0].Title != "Used letters" || !slices.Equal(got.Thanks[0].Names, []string{"Person owen"}) {
			t.Errorf("thanks: %+v", got.Thanks)
		}
		// The page names an organisation by its name and code.
		b.As(t, b.two).Get("/me/lead").WantText("Lead’s home of Organisation RWY (RWY)")
	})
}
