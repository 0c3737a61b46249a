"""Engines on your own machines that speak OpenAI's `/v1/videos`: SGLang-Diffusion, vLLM-Omni and similar ones."""

from wan_widgets.providers.openai_videos.provider import OpenAIVideos

__all__ = ["OpenAIVideos"]
