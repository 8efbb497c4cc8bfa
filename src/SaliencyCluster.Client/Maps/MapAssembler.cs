using System.Runtime.InteropServices;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Maps;

/// <summary>Puts a map together from the chunks of a stream.</summary>
internal sealed class MapAssembler
{
    private float[]? _values;
    private int _filled;

    /// <summary>Adds the next chunk; returns the map when it is complete.</summary>
    /// <exception cref="InvalidDataException">The chunks are not those of one tensor in order.</exception>
    public SaliencyMap? Add(TensorChunk chunk)
    {
        if (chunk.Offset == 0)
        {
            var count = chunk.Shape.Aggregate(1L, (n, d) => checked(n * d));
            (_values, _filled) = (new float[checked((int)count)], 0);
        }
        if (_values is null || chunk.Offset != _filled || chunk.Data.Length > _values.Length * sizeof(float) - _filled)
            throw new InvalidDataException($"A piece of a map starts at byte {chunk.Offset}, but {_filled} bytes have arrived.");
        chunk.Data.Span.CopyTo(MemoryMarshal.AsBytes(_values.AsSpan())[_filled..]);
        _filled += chunk.Data.Length;
        if (_filled < _values.Length * sizeof(float)) return null;
        var map = new SaliencyMap([.. chunk.Shape.Select(d => (int)d)], _values);
        (_values, _filled) = (null, 0);
        return map;
    }
}
