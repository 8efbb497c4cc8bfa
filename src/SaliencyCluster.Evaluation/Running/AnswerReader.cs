using System.Runtime.InteropServices;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Reads what <see cref="AnswerWriter"/> wrote.</summary>
internal sealed class AnswerReader(Stream stream) : IDisposable
{
    private readonly BinaryReader _reader = new(stream);
    private readonly List<string> _texts = [];

    public void Dispose() => _reader.Dispose();

    public long Long() => _reader.Read7BitEncodedInt64();

    public string? Text()
    {
        switch (_reader.Read7BitEncodedInt())
        {
            case 0: return null;
            case 1:
                _texts.Add(_reader.ReadString());
                return _texts[^1];
            case var number: return _texts[number - 2];
        }
    }

    public IReadOnlyList<T> Each<T>(Func<T> read)
    {
        var items = new T[_reader.Read7BitEncodedInt()];
        for (var i = 0; i < items.Length; i++) items[i] = read();
        return items;
    }

    public Measurement Row()
    {
        var (check, method, measure, condition, label) = (Text()!, Text()!, Text()!, Text()!, Text()!);
        var (stage, seed, image) = (Int(), Int(), (uint)Int());
        return new(check, method, measure, condition, stage, label, seed, image, _reader.ReadDouble());
    }

    public MontageMap Picture()
    {
        var (method, check, condition, label) = (Text()!, Text(), Text(), Text());
        var (stage, image) = (Int(), (uint)Int());
        int[] shape = [.. Each(Int)];
        var data = new float[shape.Aggregate(1, (n, d) => n * d)];
        _reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(data.AsSpan()));
        return new(check is null ? null : new(check, condition!, stage, label!), method, image, new(shape, data));
    }

    private int Int() => _reader.Read7BitEncodedInt();
}
