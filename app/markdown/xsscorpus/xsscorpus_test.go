package xsscorpus

import "testing"

func TestPayloadsAreManyAndDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Payloads() {
		if seen[p] {
			t.Errorf("%q is there twice", p)
		}
		seen[p] = true
	}
	if len(seen) < 120 {
		t.Errorf("there are %d texts", len(seen))
	}
	t.Logf("%d texts", len(seen))
}

// TestCheckRefuses holds that the check is not blind.
func TestCheckRefuses(t *testing.T) {
	for _, bad := range []string{
		`<script>xss()</script>`, `<p onclick="xss()">x</p>`, `<p class="x">x</p>`, `<svg></svg>`, `<!-- x -->`, `<h1>x</h1>`,
		`<a href="javascript:xss()" rel="nofollow ugc noopener">x</a>`, `<a href="/ok">x</a>`, `<a href="//evil.example" rel="nofollow ugc noopener">x</a>`,
		`<a href="/\evil.example" rel="nofollow ugc noopener">x</a>`, `<a href="https://a@b.example" rel="nofollow ugc noopener">x</a>`, `<a rel="nofollow ugc noopener">x</a>`,
		`<a href="mailto:a@nhs.net?bcc=b" rel="nofollow ugc noopener">x</a>`, `<a href="https:x" rel="nofollow ugc noopener">x</a>`, `<a href="x" rel="nofollow ugc noopener">x</a>`,
		`<img src="https://evil.example/x.png">`, `<img src="/attachments/../x">`, `<img src="/x.png">`, `<img>`, `<input type="text">`, `<input type="checkbox" name="x">`,
		`<div class="x">x</div>`, `<div aria-label="Menu">x</div>`, "<p>\x00</p>", "<p>\u202e</p>", `<h2 id="main">x</h2>`, `<h2 id="s-a">x</h2><h2 id="s-a">x</h2>`, `<p style="x">x</p>`,
		`<math><mi>x</mi></math>`, `<td align="x">x</td><table><tr><td align="x">x</td></tr></table>`, `<ol start="x"><li>x</li></ol>`,
		`<p>x`, `</div>`, `<p><em>x</p></em>`, `<a href="#a"><em><a href="#b">x</a></em></a>`,
	} {
		if Check(bad) == nil {
			t.Errorf("%q passed", bad)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	for _, good := range []string{
		"", "x", `<p>&lt;script&gt;xss()&lt;/script&gt;</p>`, `<a href="#s-x">x</a>`, `<a href="/ok?a=b" rel="nofollow ugc noopener">x</a>`,
		`<a href="mailto:a@nhs.net" rel="nofollow ugc noopener">x</a>`, `<img src="/attachments/01/x.png" alt="a &#34; b" loading="lazy"/>`,
		`<h2 id="c1-s-x">x</h2>`, `<div class="gr-scroll" role="region" tabindex="0" aria-label="Table 1: x"><table><thead><tr><th scope="col" align="left">x</th></tr></thead></table></div>`,
	} {
		if err := Check(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
