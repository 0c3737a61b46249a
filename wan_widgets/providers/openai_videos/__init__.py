"""Engines of one's own that speak OpenAI's `/v1/videos`: SGLang-Diffusion, vLLM-Omni and their like."""

from wan_widgets.providers.openai_videos.provider import OpenAIVideos

__all__ = ["OpenAIVideos"]
