# SPDX-License-Identifier: Apache-2.0
# A page as WordPress writes one: the latest posts in a classic theme, with a sidebar. Some 100 KB,
# of which half is the style and script that themes and plugins put inline, and some 1,250 tags: long
# class lists, srcset, svg icons, both kinds of quotes. Three forms: the search (GET), a newsletter
# and a log-in (POST, which get a field each).
#
#   awk -f bench/page.awk >page.html

function words(n, seed,   i, text) {
    for (i = 0; i < n; i++) {
        seed = (seed * 1103 + 12345) % 65536
        text = text (i ? " " : "") word[seed % nwords + 1]
    }
    return text
}

function style(id, rules,   i) {
    printf "<style id='%s-inline-css' type='text/css'>\n", id
    for (i = 1; i <= rules; i++)
        printf ".wp-block-%s > .is-layout-%d:where(:not(.alignleft):not(.alignright)) + *{--wp--preset--color--%s: #%06x;margin-block-start: %d.5rem !important;padding: 0 calc(%dpx + var(--wp--style--block-gap, 2em));}\n",
            id, i, word[i % nwords + 1], i * 74565 % 16777216, i % 4, i % 32
    print "</style>"
}

function script(id, lines,   i) {
    printf "<script type=\"text/javascript\" id=\"%s-js-extra\">\n/* <![CDATA[ */\nvar %s = {\"root\":\"https:\\/\\/www.example.org\\/wp-json\\/\",\"nonce\":\"5f3a9c0e1b\"", id, id
    for (i = 1; i <= lines; i++)
        printf ",\"%s_%d\":{\"selector\":\".%s a[href*=\\\"#\\\"]\",\"html\":\"<span class=\\\"screen-reader-text\\\">%s<\\/span>\",\"active\":%s}",
            word[i % nwords + 1], i, id, words(3, i), i % 2 ? "true" : "false"
    printf "};\nif (%s.nonce && window.innerWidth < 782) { document.documentElement.className += ' js'; }\n/* ]]> */\n</script>\n", id
}

function head(   i) {
    print "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"UTF-8\" />"
    print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>The Village Choir &#8211; News and dates</title>"
    print "<meta name='robots' content='max-image-preview:large' />\n<link rel='dns-prefetch' href='//fonts.example.net' />"
    for (i = 1; i <= 14; i++)
        printf "<link rel='stylesheet' id='%s-%d-css' href='https://www.example.org/wp-content/plugins/%s/assets/css/style.min.css?ver=6.%d' type='text/css' media='all' />\n",
            word[i], i, word[i], i
    style("library", 70)
    style("global-styles", 80)
    style("columns", 25)
    for (i = 1; i <= 8; i++)
        printf "<script type=\"text/javascript\" src=\"https://www.example.org/wp-includes/js/%s.min.js?ver=3.%d.1\" id=\"%s-js\"></script>\n", word[i], i, word[i]
    script("wpApiSettings", 22)
    print "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":\"WebSite\",\"url\":\"https://www.example.org/\"}]}</script>"
    print "<!-- This site is optimised with a plugin v23.1 - https://www.example.com/ -->\n</head>"
}

function icon(name) {
    printf "<li class=\"wp-social-link wp-social-link-%s wp-block-social-link\"><a rel=\"noopener nofollow\" target=\"_blank\" href=\"https://%s.example.com/choir\" class=\"wp-block-social-link-anchor\"><svg width=\"24\" height=\"24\" viewBox=\"0 0 24 24\" version=\"1.1\" xmlns=\"http://www.w3.org/2000/svg\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M12 2C6.5 2 2 6.5 2 12c0 5 3.7 9.1 8.4 9.9v-7H7.9V12h2.5V9.8c0-2.5 1.5-3.9 3.8-3.9 1.1 0 2.2.2 2.2.2v2.5h-1.3c-1.2 0-1.6.8-1.6 1.6V12h2.8l-.4 2.9h-2.3v7C18.3 21.1 22 17 22 12c0-5.5-4.5-10-10-10z\"></path></svg><span class=\"wp-block-social-link-label screen-reader-text\">%s</span></a></li>\n", name, name, name
}

function menu(   i) {
    print "<nav id=\"site-navigation\" class=\"main-navigation\" aria-label=\"Primary menu\">\n<ul id=\"primary-menu\" class=\"menu nav-menu\">"
    for (i = 1; i <= 24; i++)
        printf "<li id=\"menu-item-%d\" class=\"menu-item menu-item-type-post_type menu-item-object-page menu-item-%d\"><a href=\"https://www.example.org/%s/\"%s>%s</a></li>\n",
            i + 40, i + 40, word[i], i == 1 ? " aria-current=\"page\"" : "", word[i]
    print "</ul></nav>"
}

function post(n,   i, w) {
    printf "<article id=\"post-%d\" class=\"post-%d post type-post status-publish format-standard has-post-thumbnail hentry category-news tag-%s\">\n<header class=\"entry-header\">\n<h2 class=\"entry-title\"><a href=\"https://www.example.org/2026/%s/\" rel=\"bookmark\">%s</a></h2>\n", n, n, word[n], word[n], words(6, n)
    printf "<div class=\"entry-meta\"><span class=\"posted-on\">Posted on <a href=\"https://www.example.org/2026/%s/\" rel=\"bookmark\"><time class=\"entry-date published\" datetime=\"2026-03-%02dT09:00:00+00:00\">%d March 2026</time></a></span><span class=\"byline\"> by <span class=\"author vcard\"><a class=\"url fn n\" href=\"https://www.example.org/author/anna/\">Anna</a></span></span></div>\n</header>\n", word[n], n, n
    printf "<figure class=\"wp-block-image size-large\"><img fetchpriority=\"high\" decoding=\"async\" width=\"1024\" height=\"683\" src=\"https://www.example.org/wp-content/uploads/2026/03/%s-1024x683.jpg\" class=\"attachment-large size-large wp-post-image\" alt=\"\" srcset=\"", word[n]
    for (w = 300; w <= 2048; w += 437)
        printf "https://www.example.org/wp-content/uploads/2026/03/%s-%dx%d.jpg %dw, ", word[n], w, w * 2 / 3, w
    print "https://www.example.org/wp-content/uploads/2026/03/full.jpg 2400w\" sizes=\"(max-width: 1024px) 100vw, 1024px\" /></figure>\n<div class=\"entry-content\">"
    for (i = 1; i <= 4; i++)
        printf "<p class=\"has-text-align-left\">%s <strong>%s</strong>, %s <a href=\"https://www.example.org/%s/?replytocom=%d#respond\">%s</a>&hellip; %s<br />\n<em>%s</em></p>\n",
            words(12, n + i), words(2, i), words(9, n * i), word[i], n, words(3, n), words(14, i), words(4, n + 2 * i)
    printf "<ul class=\"wp-block-list\">"
    for (i = 1; i <= 3; i++) printf "<li>%s</li>\n", words(5, n + i)
    printf "</ul></div>\n<footer class=\"entry-footer\"><span class=\"cat-links\">Posted in <a href=\"https://www.example.org/category/news/\" rel=\"category tag\">News</a></span><span class=\"comments-link\"><a href=\"https://www.example.org/2026/%s/#respond\">Leave a comment<span class=\"screen-reader-text\"> on %s</span></a></span></footer>\n</article><!-- #post-%d -->\n", word[n], words(6, n), n
}

function widget(title, n,   i) {
    printf "<section id=\"%s-2\" class=\"widget widget_%s\"><h2 class=\"widget-title\">%s</h2><ul>\n", title, title, title
    for (i = 1; i <= n; i++)
        printf "<li class=\"cat-item cat-item-%d\"><a href='https://www.example.org/%s/%d/' style=\"font-size: %dpt;\" aria-label=\"%s (%d items)\">%s</a></li>\n", i, title, i, i % 14 + 8, words(2, i), i, words(2, i)
    print "</ul></section>"
}

BEGIN {
    nwords = split("evening rehearsal concert members summer garden music voices village church programme morning tickets meeting harvest winter river season singers piano choir supper children history lantern bridge market station holiday friends", word, " ")
    head()
    print "<body class=\"home blog wp-custom-logo wp-embed-responsive hfeed has-sidebar\">\n<div id=\"page\" class=\"site\">\n<a class=\"skip-link screen-reader-text\" href=\"#primary\">Skip to content</a>\n<header id=\"masthead\" class=\"site-header\">"
    print "<form role=\"search\" method=\"get\" class=\"search-form\" action=\"https://www.example.org/\"><label><span class=\"screen-reader-text\">Search for:</span><input type=\"search\" class=\"search-field\" placeholder=\"Search &hellip;\" value=\"\" name=\"s\" /></label><input type=\"submit\" class=\"search-submit\" value=\"Search\" /></form>"
    menu()
    print "</header>\n<main id=\"primary\" class=\"site-main\">"
    for (i = 1; i <= 8; i++) post(i)
    print "</main>\n<aside id=\"secondary\" class=\"widget-area\">"
    widget("categories", 20)
    widget("archives", 24)
    widget("tag_cloud", 30)
    print "<form class=\"newsletter\" method=\"post\" action=\"/wp-admin/admin-post.php\"><input type=\"hidden\" name=\"action\" value=\"subscribe\" /><p><label for=\"mail\">E-mail</label><input id=\"mail\" type=\"email\" name=\"mail\" required /></p><button type=\"submit\" class=\"wp-element-button\">Subscribe</button></form>"
    print "<form name=\"loginform\" id=\"loginform\" action=\"/wp-login.php\" method=\"post\"><p><label for=\"user_login\">Username</label>\n<input type=\"text\" name=\"log\" id=\"user_login\" class=\"input\" value=\"\" size=\"20\" autocapitalize=\"off\" autocomplete=\"username\" /></p><p><label for=\"user_pass\">Password</label>\n<input type=\"password\" name=\"pwd\" id=\"user_pass\" class=\"input\" value=\"\" size=\"20\" autocomplete=\"current-password\" spellcheck=\"false\" /></p><p class=\"submit\"><input type=\"submit\" name=\"wp-submit\" id=\"wp-submit\" class=\"button button-primary button-large\" value=\"Log In\" /></p></form>\n</aside>"
    print "<footer id=\"colophon\" class=\"site-footer\"><ul class=\"wp-block-social-links\">"
    for (i = 1; i <= 6; i++) icon(word[i])
    print "</ul></footer>\n</div><!-- #page -->"
    script("contactForm", 24)
    script("gallery", 24)
    for (i = 9; i <= 20; i++)
        printf "<script type=\"text/javascript\" src=\"https://www.example.org/wp-content/plugins/%s/js/front.min.js?ver=1.%d\" id=\"%s-js\" defer=\"defer\" data-wp-strategy=\"defer\"></script>\n", word[i], i, word[i]
    print "</body>\n</html>"
}
