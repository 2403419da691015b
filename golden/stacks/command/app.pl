use Mojolicious::Lite -signatures;

get '/' => { text => 'from command' };

app->start;
