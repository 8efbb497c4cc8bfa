namespace SaliencyCluster.Client.Images;

/// <summary>Cuts data so that every piece fits a message of the protocol.</summary>
internal static class Pieces
{
    /// <summary>The largest piece in bytes: 1 MiB.</summary>
    public const int Largest = 1 << 20;

    /// <summary>Gets the pieces in order, at least one; the flag says whether another follows.</summary>
    public static IEnumerable<(ReadOnlyMemory<byte> Piece, bool More)> Of(ReadOnlyMemory<byte> data)
    {
        for (var offset = 0; ; offset += Largest)
        {
            var more = data.Length - offset > Largest;
            yield return (data.Slice(offset, more ? Largest : data.Length - offset), more);
            if (!more) yield break;
        }
    }
}
