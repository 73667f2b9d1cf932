package web_test

import (
	"testing"
	"time"

	"grassroots/app/web"
)

func TestTheLimiterForgetsAfterItsSpan(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	l := web.NewLimiter(2, time.Minute, func() time.Time { return now })
	for i, want := range []bool{true, true, false, false} {
		if got := l.Allow("a"); got != want {
			t.Errorf("request %d: %v", i+1, got)
		}
	}
	if !l.Allow("b") {
		t.Error("one client uses up what another may do")
	}
	now = now.Add(time.Minute)
	if !l.Allow("a") {
		t.Error("the limit does not end")
	}
	if wait := l.Wait("a"); wait != 0 {
		t.Errorf("the second of the new span waits %v", wait)
	}
	now = now.Add(20 * time.Second)
	if wait := l.Wait("a"); wait != 40*time.Second {
		t.Errorf("the third waits %v", wait)
	}
}
