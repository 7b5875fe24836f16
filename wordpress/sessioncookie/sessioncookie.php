<?php
/**
 * Plugin Name:       Session Cookie
 * Description:       Who is logged in at the Python application beside WordPress is logged in at WordPress. Needs the Apache module mod_sessioncookie.
 * Version:           1.0.0
 * Requires at least: 6.0
 * Requires PHP:      7.4
 * Author:            The authors of mod_sessioncookie
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       sessioncookie
 * Domain Path:       /languages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * @package Sessioncookie
 */

defined( 'ABSPATH' ) || exit;

define( 'SESSIONCOOKIE_VERSION', '1.0.0' );
define( 'SESSIONCOOKIE_FILE', __FILE__ );

require_once __DIR__ . '/includes/class-sessioncookie-session.php';
require_once __DIR__ . '/includes/class-sessioncookie-settings.php';
require_once __DIR__ . '/includes/class-sessioncookie-mapping.php';
require_once __DIR__ . '/includes/class-sessioncookie-accounts.php';
require_once __DIR__ . '/includes/class-sessioncookie-login.php';
require_once __DIR__ . '/includes/class-sessioncookie-logout.php';
require_once __DIR__ . '/includes/class-sessioncookie-members.php';
require_once __DIR__ . '/includes/class-sessioncookie-links.php';
require_once __DIR__ . '/includes/class-sessioncookie-admin.php';
require_once __DIR__ . '/includes/class-sessioncookie-probe.php';
require_once __DIR__ . '/includes/class-sessioncookie-health.php';
require_once __DIR__ . '/includes/class-sessioncookie-privacy.php';

// Now, not later: once plugins are loaded, WordPress adds slashes to $_SERVER, and the session's JSON would not decode.
Sessioncookie_Session::of_request();

Sessioncookie_Settings::hooks();
Sessioncookie_Accounts::hooks();
Sessioncookie_Login::hooks();
Sessioncookie_Logout::hooks();
Sessioncookie_Members::hooks();
Sessioncookie_Links::hooks();
Sessioncookie_Admin::hooks();
Sessioncookie_Probe::hooks();
Sessioncookie_Health::hooks();
Sessioncookie_Privacy::hooks();

register_deactivation_hook( __FILE__, array( 'Sessioncookie_Login', 'deactivate' ) );
