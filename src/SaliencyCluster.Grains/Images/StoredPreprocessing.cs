using SaliencyCluster.Grains.Abstractions.Models;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Sizing;

namespace SaliencyCluster.Grains.Images;

/// <summary>Preprocessing as it is stored with a model.</summary>
public static class StoredPreprocessing
{
    /// <summary>Reads it.</summary>
    public static Preprocessing Read(ModelPreprocessing stored) => new(stored.Scale, stored.Mean, stored.Std)
    {
        BlueFirst = stored.BlueFirst,
        Resize = stored.Resize is not { } resize ? ResizePolicy.Default
            : new(ResizeNames.Modes[resize.Mode], ResizeNames.Interpolations[resize.Interpolation])
        {
            ShortSide = resize.ShortSide,
            CropShare = resize.CropShare,
            Size = resize is { Height: { } height, Width: { } width } ? (height, width) : null,
            Fill = (resize.Fill[0], resize.Fill[1], resize.Fill[2]),
        },
    };

    /// <summary>Writes it; what is as it always was is not written, so that the same model has the same fingerprint.</summary>
    public static ModelPreprocessing Write(Preprocessing known) => new(known.Scale, [.. known.Mean], [.. known.Std])
    {
        BlueFirst = known.BlueFirst,
        Resize = known.Resize == ResizePolicy.Default ? null : new(
            known.Resize.Mode.Name(), known.Resize.Interpolation.Name(), known.Resize.ShortSide, known.Resize.CropShare,
                known.Resize.Size?.Height, known.Resize.Size?.Width,
            [known.Resize.Fill.Red, known.Resize.Fill.Green, known.Resize.Fill.Blue]),
    };
}
