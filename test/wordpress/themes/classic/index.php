<?php
// SPDX-License-Identifier: Apache-2.0
?><!doctype html>
<html <?php language_attributes(); ?>>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><?php wp_head(); ?></head>
<body <?php body_class(); ?>><?php wp_body_open(); ?>
<p class="who"><?php echo esc_html( is_user_logged_in() ? 'user ' . wp_get_current_user()->user_login : 'nobody' ); ?></p>
<p class="login"><?php wp_loginout( home_url( '/members/' ) ); ?></p>
<?php
wp_nav_menu( array( 'theme_location' => 'primary' ) );
while ( have_posts() ) {
	the_post();
	the_title( '<h1>', '</h1>' );
	the_content();
	if ( is_singular() ) {
		comments_template( '/comments.php' );
	}
}
wp_footer();
?>
</body></html>
