"""Operations of lamina.ops on images, as ``keras.ops.image`` lists them."""

__all__: list[str] = []
