"""Login, refresh and a task list as FastAPI's tutorials build them: OAuth2 password form, JWTs, passlib, sqlite3."""

import os
import sqlite3
import threading
from datetime import datetime, timedelta, timezone

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from jose import JWTError, jwt
from passlib.context import CryptContext
from pydantic import BaseModel

SECRET_KEY = os.environ["AUTH_SECRET"]
DATABASE = os.environ["DATABASE_URL"].removeprefix("file:")
ALGORITHM = "HS256"
LIVES = {"access": timedelta(hours=1), "refresh": timedelta(days=14)}

app = FastAPI()
passwords = CryptContext(schemes=["bcrypt"], bcrypt__rounds=12)
bearer = OAuth2PasswordBearer(tokenUrl="token")
threads = threading.local()


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str


class RefreshRequest(BaseModel):
    refresh_token: str


def database() -> sqlite3.Connection:
    """One connection a thread: endpoints run in FastAPI's thread pool."""
    if not hasattr(threads, "connection"):
        threads.connection = sqlite3.connect(DATABASE)
        threads.connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            threads.connection.execute(f"PRAGMA {pragma}")
    return threads.connection


def tokens_for(user_id: str) -> Tokens:
    now = datetime.now(timezone.utc)
    access, refresh = (
        jwt.encode({"sub": user_id, "use": use, "exp": now + life}, SECRET_KEY, algorithm=ALGORITHM)
        for use, life in LIVES.items()
    )
    return Tokens(access_token=access, refresh_token=refresh, token_type="bearer")


def user_of(token: str, use: str) -> sqlite3.Row:
    refused = HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM])
    except JWTError:
        raise refused
    user = database().execute("SELECT * FROM users WHERE id = ?", (claims["sub"],)).fetchone()
    if claims.get("use") != use or user is None:
        raise refused
    return user


def current_user(token: str = Depends(bearer)) -> sqlite3.Row:
    return user_of(token, "access")


@app.post("/token", response_model=Tokens)
def login(form: OAuth2PasswordRequestForm = Depends()):
    user = database().execute("SELECT * FROM users WHERE email = ?", (form.username,)).fetchone()
    if user is None or not passwords.verify(form.password, user["password_hash"]):
        raise HTTPException(401, "Incorrect username or password")
    return tokens_for(user["id"])


@app.post("/refresh", response_model=Tokens)
def refresh(request: RefreshRequest):
    return tokens_for(user_of(request.refresh_token, "refresh")["id"])


def wire(task: sqlite3.Row) -> dict:
    times = {
        name: datetime.fromtimestamp(task[name] / 1000, timezone.utc).isoformat() for name in ("created_at", "updated_at")
    }
    plain = {name: task[name] for name in ("id", "title", "description", "deadline")}
    return {**plain, "completed": bool(task["completed"]), **times}


@app.get("/tasks")
def tasks(page: int = 1, size: int = 10, user: sqlite3.Row = Depends(current_user)):
    own = "FROM tasks WHERE user_id = ?"
    (total,) = database().execute(f"SELECT count(*) {own}", (user["id"],)).fetchone()
    rows = database().execute(
        f"SELECT * {own} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?", (user["id"], size, (page - 1) * size)
    )
    items = [wire(row) for row in rows]
    return {"items": items, "total": total, "page": page, "size": size, "pages": -(-total // size)}
