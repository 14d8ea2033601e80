"""LINE's platform, by LINE's rules, on this machine: `madoguchi simulate line`."""
