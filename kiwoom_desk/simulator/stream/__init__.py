"""The realtime side: sessions on `/api/dostk/websocket`, what they registered for and the frames they get."""
