using Google.Protobuf.Reflection;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Reading;

/// <summary>
/// Walks a file's bytes against the schema before anything is built of them: every length must fit what holds it, and the number
/// of parts is bounded, because two bytes of file (an empty node) can become hundreds of bytes of objects.
/// </summary>
internal sealed class WireScan(string source, ReadLimits limits)
{
    // Deeper than any real model (three levels per nested graph), well under the parser's own limit of 100.
    private const int MaxDepth = 64;

    // The least that an object of .NET takes with a field and the reference to it.
    private const int ObjectBytes = 40;

    private readonly Dictionary<MessageDescriptor, FieldDescriptor?[]> _fields = [];
    private readonly Dictionary<MessageDescriptor, long> _sizes = [];
    private long _parts, _bytes, _nodes, _tensors, _functions;

    /// <exception cref="SaliencyException">SAL1001 or SAL1002.</exception>
    public void Run(ReadOnlySpan<byte> file, MessageDescriptor root)
    {
        var open = new Stack<(MessageDescriptor? Type, int End)>();
        open.Push((root, file.Length));
        var at = 0;
        while (open.TryPeek(out var message))
        {
            if (at == message.End)
            {
                open.Pop();
                continue;
            }
            var tag = Varint(file, ref at, message.End);
            var field = Field(message.Type!, tag >> 3);
            var length = (tag & 7) switch
            {
                0 => Skipped(file, ref at, message.End),
                1 => 8UL,
                2 => Varint(file, ref at, message.End),
                5 => 4UL,
                _ => throw Damaged(at, "an unknown kind of field"),
            };
            if (length > (ulong)(message.End - at)) throw Damaged(at, $"a field of {length:N0} bytes where {message.End - at:N0} are left");
            Count(tag, field, (long)length);
            if ((tag & 7) == 2 && field?.FieldType == FieldType.Message)
            {
                if (open.Count == MaxDepth) throw ModelErrors.OverLimit(source, MaxDepth + 1, "levels of nesting", MaxDepth, null);
                open.Push((field.MessageType, at + (int)length));
            }
            else
            {
                at += (int)length;
            }
        }
    }

    // Numbers inside tensors are not parts: they cost about what they weigh in the file.
    private void Count(ulong tag, FieldDescriptor? field, long length)
    {
        if (tag >> 3 == 0) throw ModelErrors.NotAModel(source, "it has a field with number 0");
        if (field is { FieldType: not (FieldType.Message or FieldType.String or FieldType.Bytes) }) return;
        if (++_parts > limits.MaxParts) throw ModelErrors.OverLimit(source, _parts, "parts", limits.MaxParts, "ReadLimits.MaxParts");
        _bytes += field switch
        {
            // What is unknown is kept with its bytes.
            null => ObjectBytes + length,
            { FieldType: FieldType.String } => ObjectBytes + 2 * length,
            { FieldType: FieldType.Bytes } => ObjectBytes,
            _ => Kind(field.MessageType),
        };
        if (_bytes > limits.MaxObjectBytes)
            throw ModelErrors.OverLimit(source, _bytes, "bytes of objects", limits.MaxObjectBytes, "ReadLimits.MaxObjectBytes");
    }

    // Counts the kinds that have limits of their own, and says what an object of the kind takes: each list in it is an object too.
    private long Kind(MessageDescriptor type)
    {
        if (type == NodeProto.Descriptor) Limit(++_nodes, "nodes", limits.MaxNodes, "MaxNodes");
        else if (type == TensorProto.Descriptor) Limit(++_tensors, "tensors", limits.MaxTensors, "MaxTensors");
        else if (type == FunctionProto.Descriptor) Limit(++_functions, "functions", limits.MaxFunctions, "MaxFunctions");
        if (_sizes.TryGetValue(type, out var known)) return known;
        return _sizes[type] = ObjectBytes + type.Fields.InFieldNumberOrder().Sum(f => f.IsRepeated ? ObjectBytes : sizeof(long));
    }

    private void Limit(long count, string what, long limit, string option)
    {
        if (count > limit) throw ModelErrors.OverLimit(source, count, what, limit, $"ReadLimits.{option}");
    }

    private ulong Skipped(ReadOnlySpan<byte> file, ref int at, int end)
    {
        Varint(file, ref at, end);
        return 0;
    }

    private ulong Varint(ReadOnlySpan<byte> file, ref int at, int end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= end) throw Damaged(at, "the end of what should go on");
            var b = file[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        throw Damaged(at, "a number that does not end");
    }

    private FieldDescriptor? Field(MessageDescriptor message, ulong number)
    {
        if (!_fields.TryGetValue(message, out var fields))
        {
            fields = new FieldDescriptor?[message.Fields.InFieldNumberOrder().Max(f => f.FieldNumber) + 1];
            foreach (var f in message.Fields.InFieldNumberOrder()) fields[f.FieldNumber] = f;
            _fields[message] = fields;
        }
        return number < (ulong)fields.Length ? fields[number] : null;
    }

    private SaliencyException Damaged(int at, string what) => ModelErrors.NotAModel(source, $"at byte {at:N0} there is {what}");
}
