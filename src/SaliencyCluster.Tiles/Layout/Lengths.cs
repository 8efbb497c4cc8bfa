namespace SaliencyCluster.Tiles.Layout;

/// <summary>The check that what is given has the size that was planned.</summary>
internal static class Lengths
{
    /// <summary>Refuses pixels that are not whole vectors.</summary>
    public static void CheckVectors(PackedShape shape)
    {
        if (shape.PaddedChannels % PackedShape.Lanes != 0)
            throw new ArgumentException($"{shape} has fewer channels than a vector, which only convolutions read.");
    }

    public static void Check(string what, int given, long expected)
    {
        if (given != expected) throw new ArgumentException($"The {what} has {expected} elements; {given} were given.");
    }
}
