"""Tables: conversion from and to data frames and Parquet, and columns as quantities."""
