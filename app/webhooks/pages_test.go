package webhooks_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

func TestTheFormOfAWebhook(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		admin := b.As(t, b.admin)
		for _, c := range []struct {
			form url.Values
			want string
		}{{url.Values{"url": {"https://example.nhs.uk"}}, "Choose at least one event"}, {url.Values{"url": {"https://example.nhs.uk"}, "events": {"nothing"}}, "no event called"},
			{url.Values{"url": {"https://example.nhs.uk"}, "events": {"comment.created"}, "description": {strings.Repeat("a", 101)}}, "100 characters"}} {
			admin.Post("/admin/webhooks/new", c.form).Want(http.StatusUnprocessableEntity).WantText(c.want)
		}
		admin.Get("/admin/webhooks").WantText("Nobody is told yet")
		id, _ := b.add("https://example.nhs.uk/hooks", models.EventCommentCreated)
		admin.Get("/admin/webhooks/" + id + "/edit").Want(http.StatusOK)
		admin.Post("/admin/webhooks/"+id+"/edit", url.Values{"url": {"https://example.nhs.uk/others"}, "events": {"comment.created", "comment.deleted"}}).Follow().
			WantText("https://example.nhs.uk/others", "comment.created, comment.deleted").WantNoText("The intranet")
		admin.Post("/admin/webhooks/"+id+"/edit", url.Values{"url": {"nowhere"}, "events": {"comment.created"}}).Want(http.StatusUnprocessableEntity)
		for i := 1; i < models.MaxWebhooks; i++ {
			b.add("https://example.nhs.uk/hooks", models.EventCommentCreated)
		}
		admin.Post("/admin/webhooks/new", url.Values{"url": {"https://example.nhs.uk"}, "events": {"comment.created"}}).Want(http.StatusConflict).WantText("the most that there can be")
		admin.Post("/admin/webhooks/"+id+"/delete", nil).WantRedirect("/admin/webhooks")
		admin.Get("/admin/webhooks/" + id).Want(http.StatusNotFound)
		admin.Get("/admin/webhooks/nothing").Want(http.StatusNotFound)
	})
}

func TestWebhooksAreForAdmins(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		id, _ := b.add("https://example.nhs.uk/hooks", models.EventCommentCreated)
		moderator := b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator)))
		for _, path := range []string{"", "/new", "/" + id, "/" + id + "/edit"} {
			moderator.Get("/admin/webhooks" + path).Want(http.StatusForbidden)
			b.Client(t).Get("/admin/webhooks" + path).Want(http.StatusSeeOther)
		}
		for _, path := range []string{"/new", "/" + id + "/edit", "/" + id + "/secret", "/" + id + "/test", "/" + id + "/pause", "/" + id + "/resume", "/" + id + "/delete", "/" + id + "/deliveries/x/resend"} {
			moderator.Post("/admin/webhooks"+path, nil).Want(http.StatusForbidden)
			b.Client(t).Post("/admin/webhooks"+path, nil).Want(http.StatusUnauthorized)
		}
	})
}

func TestOldEventsAreForgotten(t *testing.T) {
	each(t, open, func(t *testing.T, b *bench) {
		r := newReceiver(t)
		id, _ := b.add(r.URL, models.EventCaseStudyPublished)
		b.tell(models.EventCaseStudyPublished)
		b.work()
		b.Clock.Move(models.WebhookEventsFor)
		b.tell(models.EventCaseStudyPublished)
		b.work()
		b.Clock.Move(time.Hour)
		if err := b.Store.DeleteWebhookEvents(t.Context(), b.Clock.Now().Add(-models.WebhookEventsFor)); err != nil {
			t.Fatal(err)
		}
		var attempts int64
		if err := b.Store.DB(t.Context()).Table("webhook_attempts").Count(&attempts).Error; err != nil {
			t.Fatal(err)
		}
		if list, _, err := b.Store.Deliveries(t.Context(), id, "", 10); err != nil || len(list) != 1 || attempts != 1 {
			t.Errorf("%d deliveries and %d attempts are left, %v", len(list), attempts, err)
		}
	})
}
