using System.Runtime.InteropServices;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Writes the parts of an answer; a text that was written before becomes its number.</summary>
internal sealed class AnswerWriter(Stream stream) : IDisposable
{
    private readonly BinaryWriter _writer = new(stream);
    private readonly Dictionary<string, int> _texts = [];

    public void Dispose() => _writer.Dispose();

    public void Long(long value) => _writer.Write7BitEncodedInt64(value);

    // 0 is null, 1 a new text, above that a known one.
    public void Text(string? text)
    {
        if (text is null)
        {
            _writer.Write7BitEncodedInt(0);
        }
        else if (_texts.TryGetValue(text, out var number))
        {
            _writer.Write7BitEncodedInt(number + 2);
        }
        else
        {
            _writer.Write7BitEncodedInt(1);
            _writer.Write(text);
            _texts.Add(text, _texts.Count);
        }
    }

    public void Each<T>(IReadOnlyList<T> items, Action<T> write)
    {
        _writer.Write7BitEncodedInt(items.Count);
        foreach (var item in items) write(item);
    }

    public void Row(Measurement m)
    {
        foreach (var text in (string[])[m.Check, m.Method, m.Measure, m.Condition, m.StageLabel]) Text(text);
        foreach (var number in (int[])[m.Stage, m.Seed, (int)m.Image]) _writer.Write7BitEncodedInt(number);
        _writer.Write(m.Value);
    }

    public void Picture(MontageMap m)
    {
        foreach (var text in (string?[])[m.Method, m.Slot?.Check, m.Slot?.Condition, m.Slot?.StageLabel]) Text(text);
        _writer.Write7BitEncodedInt(m.Slot?.Stage ?? 0);
        _writer.Write7BitEncodedInt((int)m.Image);
        Each(m.Map.Shape, _writer.Write7BitEncodedInt);
        _writer.Write(MemoryMarshal.AsBytes<float>(m.Map.Data));
    }
}
