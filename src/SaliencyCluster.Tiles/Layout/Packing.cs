namespace SaliencyCluster.Tiles.Layout;

/// <summary>Between float32 of the form [N,C,H,W] and the packed layout.</summary>
public static class Packing
{
    /// <summary>Packs images and writes their halo.</summary>
    /// <exception cref="ArgumentException">A span has another length than the shape says.</exception>
    public static void Pack(PackedShape shape, ReadOnlySpan<float> images, Span<ushort> packed)
    {
        Check(shape, images.Length, packed.Length);
        var plane = shape.Height * shape.Width;
        var channels = shape.PaddedChannels;
        for (var n = 0; n < shape.Images; n++)
        {
            var image = packed.Slice(n * shape.ImageElements, shape.ImageElements);
            var from = images.Slice(n * shape.Channels * plane, shape.Channels * plane);
            shape.ClearHalo(image);
            for (var y = 0; y < shape.Height; y++)
            {
                var row = image.Slice(shape.Offset(y, 0), shape.Width * channels);
                for (var c = 0; c < channels; c++)
                {
                    if (c >= shape.Channels)
                    {
                        for (var x = 0; x < shape.Width; x++) row[(x * channels) + c] = 0;
                        continue;
                    }
                    var values = from.Slice((c * plane) + (y * shape.Width), shape.Width);
                    for (var x = 0; x < values.Length; x++) row[(x * channels) + c] = BFloat.Round(values[x]);
                }
            }
        }
    }

    /// <summary>Unpacks images.</summary>
    /// <exception cref="ArgumentException">A span has another length than the shape says.</exception>
    public static void Unpack(PackedShape shape, ReadOnlySpan<ushort> packed, Span<float> images)
    {
        Check(shape, images.Length, packed.Length);
        var plane = shape.Height * shape.Width;
        var channels = shape.PaddedChannels;
        for (var n = 0; n < shape.Images; n++)
            for (var y = 0; y < shape.Height; y++)
            {
                var row = packed.Slice((n * shape.ImageElements) + shape.Offset(y, 0), shape.Width * channels);
                for (var c = 0; c < shape.Channels; c++)
                {
                    var values = images.Slice((((n * shape.Channels) + c) * plane) + (y * shape.Width), shape.Width);
                    for (var x = 0; x < values.Length; x++) values[x] = BFloat.Widen(row[(x * channels) + c]);
                }
            }
    }

    private static void Check(PackedShape shape, int floats, int packed)
    {
        var expected = (long)shape.Images * shape.Channels * shape.Height * shape.Width;
        if (floats != expected) throw new ArgumentException($"{shape} has {expected} numbers; {floats} were given.");
        if (packed != shape.Elements) throw new ArgumentException($"{shape} has {shape.Elements} packed elements; {packed} were given.");
    }
}
