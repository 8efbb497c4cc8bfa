using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>Sizes at which a model with free height or width is looked over, until an image says the real one.</summary>
/// <param name="image">Shape of one image, channels first; -1 where it is free.</param>
internal sealed class StandInSizes(long[] image)
{
    private const long UsualChannels = 3;
    private static readonly long[] _sides = [224, 256, 320, 512, 640];
    private int _used = -1;

    /// <summary>The look at the first size that the model works at.</summary>
    /// <exception cref="SaliencyException">What is wrong at the first of them, where it works at none.</exception>
    public ModelLook First(Func<long[], ModelLook> look)
    {
        if (IsFixed) return look(At(_sides[0]));
        SaliencyException? first = null;
        while (++_used < _sides.Length)
        {
            try
            {
                return look(At(_sides[_used]));
            }
            catch (SaliencyException error)
            {
                first ??= error;
            }
        }
        throw first!;
    }

    /// <summary>The look at another size; null where none is free or the model works at no other one.</summary>
    public ModelLook? Second(Func<long[], ModelLook> look)
    {
        if (IsFixed) return null;
        foreach (var side in _sides.Skip(_used + 1))
        {
            try
            {
                return look(At(side));
            }
            catch (SaliencyException)
            {
                // A model that works at one size only has shapes that do not depend on it.
            }
        }
        return null;
    }

    private bool IsFixed => image.All(d => d > 0);

    private long[] At(long side) => [.. image.Select((d, i) => d > 0 ? d : i == 0 && image.Length == 3 ? UsualChannels : side)];
}
