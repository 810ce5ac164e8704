@rem cmd.exe knows no exec, with which the scripts of package.json begin, and finds this here: it runs what follows.
@%*
