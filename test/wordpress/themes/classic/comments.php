<?php
// SPDX-License-Identifier: Apache-2.0
wp_list_comments();
comment_form();
