<!DOCTYPE html>
<title>A form of PHP's</title>
<form method="post" action="body.php">
<input type="hidden" name="<?= htmlspecialchars($_SERVER['XSRF_FIELD'] ?? '') ?>" value="<?= htmlspecialchars($_SERVER['XSRF_TOKEN'] ?? '') ?>">
<input name="text"><button>Send</button>
</form>
