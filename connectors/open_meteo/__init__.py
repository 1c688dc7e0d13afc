"""Open-Meteo: weather (https://open-meteo.com)."""
