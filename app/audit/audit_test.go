package audit_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/audit"
	"grassroots/app/jobs"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

func TestTheRecordIsRead(t *testing.T) {
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{audit.New(s, jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now}), 0)}
	}, func(t *testing.T, a *apptest.App) {
		admin := apptest.Person(t, a.Store, apptest.Named("ada", "Ada Admin"), apptest.WithRole(models.RoleAdmin))
		tom := apptest.Person(t, a.Store, apptest.Named("tom", "Tom Rees"))
		leave := func(p models.Person, action, subject string, after map[string]any) {
			t.Helper()
			ctx := store.WithTrail(t.Context(), &store.Trail{Actor: p.ID, Means: models.ByToken, Address: "192.0.2.0/24"})
			store.Note(ctx, action, subject, nil, after)
			if err := a.Store.Leave(ctx); err != nil {
				t.Fatal(err)
			}
		}
		leave(tom, "role.grant", "somebody", map[string]any{"role": "lead"})
		a.Clock.Move(48 * time.Hour)
		leave(admin, "case-study.withdraw", "=1+1", nil)
		if n, err := a.Store.SealAudit(t.Context()); err != nil || n < 2 {
			t.Fatalf("sealed %d, %v", n, err)
		}
		c := a.As(t, admin)
		c.Get("/admin/audit").Want(http.StatusOK).WantText("role.grant", "@tom", "by a token", "192.0.2.0/24", `{"role":"lead"}`, "case-study.withdraw", "place 1", "The chain ends at place")
		c.Get("/admin/audit?person=tom").WantText("role.grant").WantNoText("case-study.withdraw")
		c.Get("/admin/audit?action=role.").WantText("role.grant").WantNoText("case-study.withdraw")
		c.Get("/admin/audit?action=role").WantText("Nothing is recorded of this")
		c.Get("/admin/audit?subject=somebody").WantText("role.grant").WantNoText("case-study.withdraw")
		c.Get("/admin/audit?until=2026-03-04").WantText("role.grant").WantNoText("case-study.withdraw")
		c.Get("/admin/audit?from=2026-03-06").WantText("case-study.withdraw").WantNoText(`{"role":"lead"}`)
		c.Get("/admin/audit?person=nobody-at-all").Want(http.StatusBadRequest).WantText("There is nobody with this handle or id")
		c.Get("/admin/audit?from=yesterday").Want(http.StatusBadRequest).WantText("Enter the first day as 2026-03-31")
		c.Get("/admin/audit?sideways=1").Want(http.StatusBadRequest)
		c.Get("/admin/audit?before=x").Want(http.StatusBadRequest)
		table := c.Get("/admin/audit.csv?subject=" + url.QueryEscape("=1+1")).Want(http.StatusOK)
		if !strings.Contains(table.Body, "case-study.withdraw,'=1+1") || strings.Contains(table.Body, "role.grant") {
			t.Errorf("the table is %s", table.Body)
		}
		c.Get("/admin/audit").WantText("audit.export")
		a.As(t, tom).Get("/admin/audit").Want(http.StatusForbidden)
		a.As(t, tom).Get("/admin/audit.csv").Want(http.StatusForbidden)
	})
}

func TestSigningInIsRecorded(t *testing.T) {
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		return []apptest.Routes{audit.New(s, jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now}), 0)}
	}, func(t *testing.T, a *apptest.App) {
		p := apptest.Person(t, a.Store)
		a.As(t, p)
		list, _, err := a.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "session.begin", Limit: 10})
		if err != nil || len(list) != 1 || !strings.Contains(list[0].After, p.ID) || list[0].Request == "" {
			t.Errorf("of a sign-in is recorded %+v, %v", list, err)
		}
	})
}

func TestAddressesAreShortened(t *testing.T) {
	for ip, want := range map[string]string{"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3:4:5:6": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48", "": "", "nonsense": ""} {
		if got := models.AuditAddress(ip); got != want {
			t.Errorf("%q is shortened to %q, want %q", ip, got, want)
		}
	}
}
