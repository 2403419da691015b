<?php

echo "from php\n";
