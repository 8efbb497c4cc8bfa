using SaliencyCluster.Imaging.Sizing;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>How images get a model's size, as a gateway says it.</summary>
internal static class WireResize
{
    /// <summary>Reads it; a gateway of before says nothing of it and stretches.</summary>
    public static ResizePolicy Read(Resize? wire) => wire is null ? ResizePolicy.Default : new(
        ResizeNames.Modes.GetValueOrDefault(wire.Mode, ResizeMode.Stretch),
            ResizeNames.Interpolations.GetValueOrDefault(wire.Interpolation, Interpolation.Bilinear))
    {
        ShortSide = wire.HasShortSide ? wire.ShortSide : null,
        CropShare = wire.HasCropShare ? wire.CropShare : 1,
        Size = wire is { HasHeight: true, HasWidth: true } ? (wire.Height, wire.Width) : null,
        Fill = wire.Fill.Count == 3 ? ((byte)wire.Fill[0], (byte)wire.Fill[1], (byte)wire.Fill[2]) : default,
    };

    /// <summary>Writes it; stretching as always is not written.</summary>
    public static Resize? Write(ResizePolicy policy)
    {
        if (policy == ResizePolicy.Default) return null;
        var resize = new Resize { Mode = policy.Mode.Name(), Interpolation = policy.Interpolation.Name(),
            Fill = { policy.Fill.Red, policy.Fill.Green, policy.Fill.Blue } };
        if (policy.ShortSide is { } side) resize.ShortSide = side;
        if (policy.CropShare < 1) resize.CropShare = policy.CropShare;
        if (policy.Size is var (height, width)) (resize.Height, resize.Width) = (height, width);
        return resize;
    }
}
