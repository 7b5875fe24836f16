<?php
// SPDX-License-Identifier: Apache-2.0
add_action(
	'after_setup_theme',
	function () {
		add_theme_support( 'title-tag' );
		register_nav_menus( array( 'primary' => 'Primary' ) );
	}
);
